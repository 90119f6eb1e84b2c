{{/* Parts of the alerts' expressions. Every replica serves metrics of its own, so none of them may be added up. */}}

{{/*
Label matchers for the pods of this release. A pod is called as the Deployment, the hash of its template and five letters;
of a long name Kubernetes keeps the beginning.
*/}}
{{- define "node-placeholder-scaler.alerts.of" -}}
{{- $name := include "node-placeholder-scaler.fullname" . }}
{{- $pods := printf "%s-[^-]+-[^-]+" $name }}
{{- if gt (len $name) 46 }}
{{- $pods = printf "%s.+" (trunc 46 $name) }}
{{- end }}
{{- printf "namespace=%q, pod=~%q" .Release.Namespace $pods }}
{{- end }}

{{/*
A metric as the leader has it; while none leads (another takes over), the largest value of all. They compute the same
decisions, but the leader alone writes, and only what it sees counts. Takes of, metric, by, and perhaps where.
*/}}
{{- define "node-placeholder-scaler.alerts.leader" -}}
{{- $where := .of }}
{{- with .where }}
{{- $where = printf "%s, %s" $.of . }}
{{- end }}
{{- $leader := printf "node_placeholder_leader{%s}" .of }}
{{- printf "max by (%s) (node_placeholder_%s{%s} and on (namespace, pod) (%s == scalar(max(%s))))" .by .metric $where $leader $leader }}
{{- end }}

{{/* A duration of the values in seconds: 1h30m, 90s, 7d, or seconds as they are. */}}
{{- define "node-placeholder-scaler.seconds" -}}
{{- $units := dict "d" 86400 "h" 3600 "m" 60 "s" 1 }}
{{- if not (kindIs "string" .) }}
{{- printf "%.0f" (float64 .) }}
{{- else if regexMatch "^[0-9.]+$" . }}
{{- printf "%.0f" (float64 .) }}
{{- else }}
{{- $sum := 0.0 }}
{{- range regexFindAll "[0-9.]+[dhms]" . -1 }}
{{- $unit := substr (int (sub (len .) 1)) (len .) . }}
{{- $sum = addf $sum (mulf (float64 (trimSuffix $unit .)) (get $units $unit)) }}
{{- end }}
{{- printf "%.0f" $sum }}
{{- end }}
{{- end }}
