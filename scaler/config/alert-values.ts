// Settings of the alerts. Only the chart reads them: it writes their numbers into the rules that Prometheus goes by.
import { z } from 'zod';
import { duration, flag, optional, setting, text, textMap } from './fields.ts';

const time = (least: string, most: string, fallback: string, about: string) =>
  setting(duration({ least, most }), fallback, { text: about });

export const alertSettings = {
  prometheusRule: setting(
    z.strictObject(
      {
        enabled: setting(flag(), false, {
          text: 'Make a PrometheusRule with alerts (needs the Prometheus operator).',
        }),
        labels: setting(
          textMap('labels'),
          {},
          { text: 'Labels by which your Prometheus finds it.', example: { release: 'prometheus' } },
        ),
        alertLabels: setting(
          textMap('labels'),
          {},
          { text: 'Labels of every alert, by which it finds its people.', example: { team: 'hubs' } },
        ),
        runbookUrl: optional(text('an address'), {
          text: 'Where docs/runbooks.md is found, for the link in every alert; without it, alerts name the file and its section.',
          example: 'https://wiki.example.edu/warm-nodes/runbooks',
        }),
        feedStaleAfter: time('5m', '7d', '1h', 'A calendar that was not read for this long is an alert.'),
        problemsWithin: time(
          '1h',
          '14d',
          '24h',
          'A line that books nothing is an alert when its event begins within this time.',
        ),
        readyBefore: time(
          '1m',
          '2h',
          '10m',
          'From this long before an event on, placeholders that do not come are an alert. Takes a `leadTime` longer than it.',
        ),
        readyAfter: time(
          '1m',
          '2h',
          '10m',
          'Placeholders that are wanted for this long when an event begins, or after, and did not come, are an alert.',
        ),
        pendingAfter: time('2m', '6h', '20m', 'Placeholders that are pending for this long are an alert.'),
        manualAfter: time(
          '1h',
          '14d',
          '24h',
          'A manual count that is on for this long, and does not end within as long, is an alert.',
        ),
      },
      { error: '{enabled: true}' },
    ),
    {},
    { text: 'Alerts for the Prometheus operator.' },
  ),
};
