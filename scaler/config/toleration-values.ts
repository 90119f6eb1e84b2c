// A toleration as it is typed in the values, with what the API server would refuse (k8s.io/kubernetes
// pkg/apis/core/validation, ValidateTolerations).
import { z } from 'zod';
import {
  choice,
  isLabelKey,
  isLabelValue,
  LABEL_KEY_ERROR,
  LABEL_VALUE_ERROR,
  optional,
  text,
} from './fields.ts';

const EXAMPLE = 'a toleration, such as {key: dedicated, value: gpu, effect: NoSchedule}';

const key = text(LABEL_KEY_ERROR).refine((typed) => typed === '' || isLabelKey(typed), {
  error: LABEL_KEY_ERROR,
});
const value = text('a text; put numbers, true and false in quotes').refine(isLabelValue, {
  error: LABEL_VALUE_ERROR,
});

export const toleration = z
  .strictObject(
    {
      key: optional(key, { text: 'Key of the taint.' }),
      operator: optional(choice(['Exists', 'Equal']), { text: '`Equal` (default) or `Exists`.' }),
      value: optional(value, { text: 'Value of the taint.' }),
      effect: optional(choice(['NoSchedule', 'PreferNoSchedule', 'NoExecute']), {
        text: 'Effect of the taint; all when absent.',
      }),
      tolerationSeconds: optional(z.int({ error: 'a whole number of seconds' }), {
        text: 'With NoExecute: how long.',
      }),
    },
    { error: EXAMPLE },
  )
  .refine((typed) => Boolean(typed.key) || typed.operator === 'Exists', {
    path: ['operator'],
    error: 'Exists where no key is given',
  })
  .refine((typed) => !typed.value || typed.operator !== 'Exists', {
    path: ['value'],
    error: 'no value beside operator Exists',
  })
  .refine((typed) => typed.tolerationSeconds === undefined || typed.effect === 'NoExecute', {
    path: ['tolerationSeconds'],
    error: 'effect NoExecute beside tolerationSeconds',
  });
