// Settings that only the chart reads: the scaler's own pod and what is installed around it. They stand in the same values
// file, so that the schema knows them; the scaler accepts and ignores them.
import { z } from 'zod';
import { alertSettings } from './alert-values.ts';
import { choice, flag, kubernetesObject, optional, setting, text, textMap, wholeNumber } from './fields.ts';
import { pageSettings } from './page-values.ts';

const object = (what: string, about: string) => setting(kubernetesObject(what), {}, { text: about });
const named = { create: flag(), annotations: textMap('annotations'), name: text('a name') };

export const chartSettings = {
  replicaCount: setting(wholeNumber({ most: 5 }), 1, {
    text: 'Scaler pods. With two, one leads and the other takes over when it goes.',
  }),
  image: setting(
    z.strictObject(
      {
        repository: optional(text('the name of an image'), { text: 'Image of the scaler.' }),
        pullPolicy: optional(choice(['Always', 'IfNotPresent', 'Never']), {
          text: 'When the image is pulled.',
        }),
        tag: optional(z.union([z.string(), z.number()], { error: 'a tag' }), {
          text: "Tag; the chart's appVersion when empty.",
        }),
      },
      { error: '{repository: ..., tag: ...}' },
    ),
    {},
    {
      text: 'Image of the scaler.',
      example: { repository: 'images.example.edu/node-placeholder-scaler', tag: '1.0.0' },
    },
  ),
  imagePullSecrets: setting(
    z.array(kubernetesObject('{name: SECRET}'), { error: 'a list of {name: SECRET}' }),
    [],
    {
      text: "Secrets for pulling the scaler's image.",
    },
  ),
  nameOverride: optional(text('a name'), { text: "Instead of the chart's name in object names." }),
  fullnameOverride: optional(text('a name'), { text: 'Instead of release and chart name in object names.' }),
  serviceAccount: setting(
    z.strictObject(
      {
        create: setting(named.create, true, { text: 'Make a service account.' }),
        annotations: setting(named.annotations, {}, { text: 'Its annotations.' }),
        name: optional(named.name, { text: 'Its name; made from the release name when empty.' }),
      },
      { error: '{create: true, name: ...}' },
    ),
    {},
    { text: "The scaler's service account." },
  ),
  rbac: setting(
    z.strictObject(
      { create: setting(flag(), true, { text: 'Make roles and bindings.' }) },
      { error: '{create: true}' },
    ),
    {},
    { text: "The scaler's permissions." },
  ),
  priorityClass: setting(
    z.strictObject(
      {
        create: setting(flag(), true, { text: 'Make a priority class of value -10 that never preempts.' }),
        name: optional(named.name, {
          text: 'Its name; made from release and namespace when empty. With `create: false`: the class to use.',
        }),
      },
      { error: '{create: true, name: ...}' },
    ),
    {},
    { text: 'Priority class of the placeholders.' },
  ),
  admissionPolicy: setting(
    z.strictObject(
      {
        enabled: setting(
          z.union([z.boolean(), z.literal('auto')], { error: 'true, false or auto' }),
          'auto',
          {
            text: '`auto`: where the cluster has ValidatingAdmissionPolicy v1 (Kubernetes 1.30 and newer).',
          },
        ),
      },
      { error: '{enabled: auto}' },
    ),
    {},
    {
      text: "A policy of the API server that limits what the scaler's service account may create to placeholders.",
    },
  ),
  scrapeAnnotations: setting(flag(), true, {
    text: 'Annotate the pod for a Prometheus that finds pods by prometheus.io/scrape, port and path. Without effect beside a PodMonitor, which would read everything twice.',
  }),
  podAnnotations: setting(textMap('annotations'), {}, { text: "Annotations of the scaler's pod." }),
  podLabels: setting(textMap('labels'), {}, { text: "More labels of the scaler's pod." }),
  podSecurityContext: object(
    'a pod security context',
    "Security context of the scaler's pod; restricted by default.",
  ),
  securityContext: object(
    'a container security context',
    "Security context of the scaler's container; restricted by default.",
  ),
  resources: object(
    'container resources: {requests: ..., limits: ...}',
    "Resources of the scaler's container.",
  ),
  nodeSelector: setting(textMap('labels'), {}, { text: 'Where the scaler itself runs.' }),
  affinity: object('a Kubernetes affinity', 'Where the scaler itself runs.'),
  tolerations: setting(z.array(kubernetesObject('a toleration'), { error: 'a list of tolerations' }), [], {
    text: "Tolerations of the scaler itself, for example of a core pool's taint.",
  }),
  extraEnv: setting(
    z.array(kubernetesObject('{name: ..., value: ...}'), { error: 'a list of {name, value}' }),
    [],
    {
      text: "More environment variables of the scaler's container, for example NODE_EXTRA_CA_CERTS.",
    },
  ),
  service: setting(
    z.strictObject(
      {
        type: setting(choice(['ClusterIP', 'NodePort', 'LoadBalancer']), 'ClusterIP', {
          text: 'Type of the Service.',
        }),
        port: setting(wholeNumber({ least: 1, most: 65_535 }), 8080, { text: 'Port of the Service.' }),
        annotations: setting(textMap('annotations'), {}, { text: 'Annotations of the Service.' }),
      },
      { error: '{port: 8080}' },
    ),
    {},
    { text: 'Service for page, API and metrics.' },
  ),
  ...pageSettings,
  podMonitor: setting(
    z.strictObject(
      {
        enabled: setting(flag(), false, { text: 'Make a PodMonitor (needs the Prometheus operator).' }),
        labels: setting(
          textMap('labels'),
          {},
          { text: 'Labels by which your Prometheus finds it.', example: { release: 'prometheus' } },
        ),
        interval: setting(text('a duration, such as 30s'), '30s', { text: 'How often metrics are read.' }),
      },
      { error: '{enabled: true}' },
    ),
    {},
    { text: 'Metrics for the Prometheus operator.' },
  ),
  ...alertSettings,
  dashboard: setting(
    z.strictObject(
      {
        enabled: setting(flag(), false, {
          text: "Make a ConfigMap with the dashboard, for Grafana's sidecar. One shows every release.",
        }),
        labels: setting(
          textMap('labels'),
          { grafana_dashboard: '1' },
          { text: 'Labels by which the sidecar finds it.' },
        ),
        annotations: setting(
          textMap('annotations'),
          {},
          { text: 'Its annotations.', example: { grafana_folder: 'Autoscaling' } },
        ),
        namespace: optional(text('a namespace'), {
          text: "Where the sidecar looks; the release's namespace when empty.",
          example: 'monitoring',
        }),
      },
      { error: '{enabled: true}' },
    ),
    {},
    { text: 'The dashboard for Grafana.' },
  ),
  networkPolicy: setting(
    z.strictObject(
      {
        enabled: setting(flag(), false, {
          text: 'Make a NetworkPolicy: in to the HTTP port, out to DNS, TCP 80, 443 and 6443.',
        }),
        extraEgress: setting(
          z.array(kubernetesObject('an egress rule'), { error: 'a list of egress rules' }),
          [],
          {
            text: 'More egress rules, for a calendar or API server on another port.',
          },
        ),
      },
      { error: '{enabled: true}' },
    ),
    {},
    { text: 'What the scaler may talk to.' },
  ),
  global: optional(z.unknown(), { text: 'Put there by Helm and parent charts; not read.' }),
  enabled: optional(z.unknown(), {
    text: "Put there by parent charts (a dependency's condition); not read.",
  }),
  grafana: optional(z.unknown(), { text: 'Some older values files have it; not read.' }),
};
