// How panels look, once for all: numbers, lines, bars, and bands of words over time. A panel says what it answers (title),
// how to read it and what to do (description), and in which unit.
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMap,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

export const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

export interface Query {
  /** What the legend says: a text, or {{label}}. */
  legend: string;
  expression: string;
}

export interface PanelText {
  title: string;
  description: string;
  unit: string;
  width: number;
  height: number;
  queries: Query[];
}

/** Words in the order of their numbers, each with its colour. */
export type Words = Record<string, string>;

type AnyPanel = StatBuilder | StateTimelineBuilder | TimeSeriesBuilder;

function described<P extends AnyPanel>(panel: P, text: PanelText, { instant }: { instant: boolean }): P {
  panel
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(DATASOURCE)
    .span(text.width)
    .height(text.height);
  for (const [at, { legend, expression }] of text.queries.entries()) {
    const query = new DataqueryBuilder()
      .refId(String.fromCharCode(65 + at))
      .datasource(DATASOURCE)
      .expr(expression)
      .legendFormat(legend);
    panel.withTarget(instant ? query.instant() : query.range());
  }
  return panel;
}

/** Big numbers of now. Thresholds are [from, colour], the lowest first. */
export function numbers(text: PanelText, steps: [number, string][] = []): StatBuilder {
  return described(new StatBuilder(), text, { instant: true })
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .textMode(text.queries.length > 1 ? BigValueTextMode.ValueAndName : BigValueTextMode.Auto)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(thresholds(steps));
}

/** Lines over time; whole counts go in steps, as they do in the cluster. */
export function lines(text: PanelText): TimeSeriesBuilder {
  const panel = described(new TimeSeriesBuilder(), text, { instant: false })
    .lineWidth(2)
    .lineInterpolation(text.unit === COUNT ? LineInterpolation.StepAfter : LineInterpolation.Linear)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Auto)
    .axisSoftMin(0)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .legend(legend())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  return text.unit === COUNT ? panel.decimals(0) : panel;
}

/** Parts of a whole over time, on top of each other. */
export function areas(text: PanelText): TimeSeriesBuilder {
  return stacked(lines(text).fillOpacity(40).lineWidth(1));
}

/** What happened around each point, on top of each other. */
export function bars(text: PanelText): TimeSeriesBuilder {
  return stacked(lines(text).drawStyle(GraphDrawStyle.Bars).fillOpacity(80).lineWidth(0));
}

/** A band per series: which word held when. */
export function bands(text: PanelText, words: Words): StateTimelineBuilder {
  return described(new StateTimelineBuilder(), text, { instant: false })
    .mappings([mapping(words)])
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.85)
    .fillOpacity(75)
    .lineWidth(0)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor('text'))
    .legend(legend())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None));
}

/** 0, 1, 2, ... -> the words in their order. */
export function mapping(words: Words): ValueMap {
  const options = Object.entries(words).map(([text, color], index) => [index, { text, color, index }]);
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}

/** For an override: the colour of one series. */
export const colour = (fixedColor: string): DynamicConfigValue => ({
  id: 'color',
  value: { mode: FieldColorModeId.Fixed, fixedColor },
});

export const dashed: DynamicConfigValue = {
  id: 'custom.lineStyle',
  value: { fill: 'dash', dash: [8, 6] },
};

/** The unit of whole numbers. */
export const COUNT = 'none';

/** The unit of times, in milliseconds: "in 20 minutes". */
export const MOMENT = 'dateTimeFromNow';

function stacked(panel: TimeSeriesBuilder): TimeSeriesBuilder {
  return panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
}

function legend() {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true);
}

function thresholds(steps: [number, string][]) {
  const all: Threshold[] = [
    { value: null, color: 'text' },
    ...steps.map(([value, color]) => ({ value, color })),
  ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(all);
}
