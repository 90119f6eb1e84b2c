{{/* Names of what the chart makes. name, fullname and serviceAccountName are Helm's usual ones. */}}

{{- define "node-placeholder-scaler.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "node-placeholder-scaler.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{/* For objects that belong to no namespace: two releases of one name may stand in two namespaces. */}}
{{- define "node-placeholder-scaler.clusterName" -}}
{{- printf "%s.%s" (include "node-placeholder-scaler.fullname" .) .Release.Namespace }}
{{- end }}

{{- define "node-placeholder-scaler.serviceAccountName" -}}
{{- if (.Values.serviceAccount).create }}
{{- default (include "node-placeholder-scaler.fullname" .) (.Values.serviceAccount).name }}
{{- else }}
{{- default "default" (.Values.serviceAccount).name }}
{{- end }}
{{- end }}

{{/*
A name of its own: value and preemptionPolicy of a class cannot change, and a class named like the release may be there
from an older installation, without the policy.
*/}}
{{- define "node-placeholder-scaler.priorityClassName" -}}
{{- if (.Values.priorityClass).name }}
{{- .Values.priorityClass.name }}
{{- else }}
{{- printf "%s-placeholder.%s" (include "node-placeholder-scaler.fullname" .) .Release.Namespace }}
{{- end }}
{{- end }}

{{- define "node-placeholder-scaler.image" -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion (toString (default "" .Values.image.tag))) }}
{{- end }}

{{- define "node-placeholder-scaler.selectorLabels" -}}
app.kubernetes.io/name: {{ include "node-placeholder-scaler.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "node-placeholder-scaler.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "node-placeholder-scaler.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* The names of the pools as JSON; a pool set to null is none. */}}
{{- define "node-placeholder-scaler.pools" -}}
{{- $pools := list }}
{{- range $name, $pool := .Values.nodePools }}
{{- if kindIs "map" $pool }}
{{- $pools = append $pools $name }}
{{- end }}
{{- end }}
{{- toJson $pools }}
{{- end }}

{{/* "true" when the admission policy is to be made; auto asks the cluster, and without one (helm template) the version. */}}
{{- define "node-placeholder-scaler.admissionPolicy" -}}
{{- $enabled := toString (.Values.admissionPolicy).enabled }}
{{- if eq $enabled "true" -}}
true
{{- else if eq $enabled "auto" -}}
{{- if or (.Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy") (semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version) -}}
true
{{- end }}
{{- end }}
{{- end }}
