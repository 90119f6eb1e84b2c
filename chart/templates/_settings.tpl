{{/*
The scaler's settings: the values without what only the chart reads, and without secrets. A calendar's address, user
name, password or token that was typed into the values goes into a Secret, and its place is taken by a reference to it.
*/}}

{{/* As YAML: what the Secret holds, by key. */}}
{{- define "node-placeholder-scaler.secrets" -}}
{{- $secrets := dict }}
{{- with .Values.calendarUrl }}
{{- $_ := set $secrets "calendar.url" . }}
{{- end }}
{{- range .Values.calendars }}
{{- $calendar := . }}
{{- range $key := list "url" "username" "password" "token" }}
{{- with get $calendar $key }}
{{- $_ := set $secrets (printf "%s.%s" $calendar.name $key) (toString .) }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml $secrets }}
{{- end }}

{{- define "node-placeholder-scaler.secretName" -}}
{{- printf "%s-calendars" (include "node-placeholder-scaler.fullname" .) }}
{{- end }}

{{/* As YAML: the values file that the scaler reads. */}}
{{- define "node-placeholder-scaler.settings" -}}
{{- $secret := include "node-placeholder-scaler.secretName" . }}
{{- $settings := omit .Values "replicaCount" "image" "imagePullSecrets" "nameOverride" "fullnameOverride" "serviceAccount" "rbac" "priorityClass" "admissionPolicy" "scrapeAnnotations" "podAnnotations" "podLabels" "podSecurityContext" "securityContext" "resources" "nodeSelector" "affinity" "tolerations" "extraEnv" "service" "page" "podMonitor" "prometheusRule" "dashboard" "networkPolicy" "global" "enabled" "grafana" }}
{{- with .Values.calendarUrl }}
{{- $settings = omit $settings "calendarUrl" }}
{{- $_ := set $settings "calendarUrlFrom" (dict "secret" $secret "key" "calendar.url") }}
{{- end }}
{{- if .Values.calendars }}
{{- $calendars := list }}
{{- range .Values.calendars }}
{{- $typed := . }}
{{- $calendar := omit . "url" "username" "password" "token" }}
{{- range $key := list "url" "username" "password" "token" }}
{{- if get $typed $key }}
{{- $_ := set $calendar (printf "%sFrom" $key) (dict "secret" $secret "key" (printf "%s.%s" $typed.name $key)) }}
{{- end }}
{{- end }}
{{- $calendars = append $calendars $calendar }}
{{- end }}
{{- $_ := set $settings "calendars" $calendars }}
{{- end }}
{{- toYaml $settings }}
{{- end }}

{{/* As JSON: the Secrets that the settings refer to, by name, each with its keys. */}}
{{- define "node-placeholder-scaler.secretRefs" -}}
{{- $settings := include "node-placeholder-scaler.settings" . | fromYaml }}
{{- $found := list }}
{{- with $settings.calendarUrlFrom }}
{{- $found = append $found . }}
{{- end }}
{{- range $settings.calendars }}
{{- $calendar := . }}
{{- range $key := list "urlFrom" "usernameFrom" "passwordFrom" "tokenFrom" }}
{{- with get $calendar $key }}
{{- $found = append $found . }}
{{- end }}
{{- end }}
{{- end }}
{{- $refs := dict }}
{{- range $found }}
{{- $_ := set $refs .secret (append (default list (get $refs .secret)) .key | uniq | sortAlpha) }}
{{- end }}
{{- toJson $refs }}
{{- end }}
