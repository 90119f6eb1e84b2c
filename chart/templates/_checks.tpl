{{/*
What the schema cannot say in words that help. Each ends the installation with the reason. The scaler checks the same
and more (`check --values FILE`); here stands what would install something wrong, or nothing at all.
*/}}
{{- define "node-placeholder-scaler.checks" -}}
{{- $repository := toString (default "" (.Values.image).repository) }}
{{- $tag := toString (default "" (.Values.image).tag) }}
{{- if not $repository }}
{{- fail "\nimage.repository is empty: name the image of the scaler, as you pushed it." }}
{{- end }}
{{- if or (regexMatch "(cal-icor-hubs|ucb-datahub-2018)/.*node-placeholder-scaler$" $repository) (regexMatch "^0\\.0\\.1-0\\.dev\\.git\\." $tag) }}
{{- fail (printf "\nimage: %s:%s is the Python program that was installed before this scaler; this chart would start it with arguments it does not know.\nRemove image from your values, or name the image of this scaler:\n  image:\n    repository: images.example.edu/node-placeholder-scaler\n    tag: %q" $repository $tag .Chart.AppVersion) }}
{{- end }}
{{- if and (not (.Values.priorityClass).create) (not (.Values.priorityClass).name) }}
{{- fail "\npriorityClass.create is false and priorityClass.name is empty: name the class that placeholders use. It must have a value below that of your users' pods, and not below -10, or the cluster autoscaler makes no nodes for it." }}
{{- end }}
{{- if (.Values.page).enabled }}
{{- if not (and (.Values.page.tokenFrom).secret (.Values.page.tokenFrom).key) }}
{{- fail (printf "\npage.enabled is true and page.tokenFrom is empty: the page is published behind a token only.\nMake one, and name it:\n  kubectl create secret generic warm-nodes-page --namespace %s --from-literal=token=\"$(openssl rand -hex 24)\"\n  page:\n    enabled: true\n    tokenFrom: {secret: warm-nodes-page, key: token}" .Release.Namespace) }}
{{- end }}
{{- if and (.Values.page.httpRoute).enabled (not .Values.page.httpRoute.parentRefs) }}
{{- fail "\npage.httpRoute.enabled is true and page.httpRoute.parentRefs is empty: name the Gateway it belongs to:\n  parentRefs: [{name: public, namespace: gateways}]" }}
{{- end }}
{{- else if or ((.Values.page).ingress).enabled ((.Values.page).httpRoute).enabled }}
{{- fail "\npage.ingress or page.httpRoute is enabled, but page.enabled is not: nothing would answer there. Set page.enabled: true." }}
{{- end }}
{{- $known := list "nodeSelector" "affinity" "nodeAffinity" "tolerations" "resources" "replicas" "maxReplicas" "leadTime" "holdTime" }}
{{- range $name, $pool := .Values.nodePools }}
{{- if has $name $known }}
{{- fail (printf "\nnodePools.%s looks like it belongs under the pool above it: indent it by two more spaces.\nA pool looks like this:\n  nodePools:\n    data8:\n      nodeSelector:\n        hub.jupyter.org/pool-name: data8-pool" $name) }}
{{- end }}
{{- if kindIs "map" $pool }}
{{- $wrong := list }}
{{- if or (gt (len $name) 51) (not (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" $name)) }}
{{- $wrong = append $wrong (printf "nodePools.%s: a pool's name is at most 51 lower-case letters, digits and '-', beginning and ending with a letter or digit" $name) }}
{{- end }}
{{- $required := or (dig "required" nil (default dict $pool.nodeAffinity)) (dig "nodeAffinity" "requiredDuringSchedulingIgnoredDuringExecution" "nodeSelectorTerms" nil (default dict $pool.affinity)) }}
{{- if and (not $pool.nodeSelector) (not $required) }}
{{- $wrong = append $wrong (printf "nodePools.%s.nodeSelector is empty: it would take every node, the core nodes too" $name) }}
{{- end }}
{{- range $key, $value := $pool }}
{{- if not (has $key $known) }}
{{- $under := "" }}
{{- if has $key (list "requests" "limits") }}{{ $under = "resources" }}
{{- else if has $key (list "cpu" "memory" "nvidia.com/gpu") }}{{ $under = "resources.requests" }}
{{- else if or (contains "/" $key) (contains "." $key) }}{{ $under = "nodeSelector" }}
{{- end }}
{{- if $under }}
{{- $wrong = append $wrong (printf "nodePools.%s.%s looks like it belongs under nodePools.%s.%s: indent it by two more spaces" $name $key $name $under) }}
{{- else }}
{{- $wrong = append $wrong (printf "nodePools.%s.%s is no setting of a pool; known: %s" $name $key (join ", " $known)) }}
{{- end }}
{{- end }}
{{- end }}
{{- if $wrong }}
{{- fail (printf "\n%s\nA pool looks like this:\n  nodePools:\n    %s:\n      nodeSelector:\n        hub.jupyter.org/pool-name: %s-pool\n      resources: auto\n      replicas: 0" (join "\n" $wrong) $name $name) }}
{{- end }}
{{- end }}
{{- end }}
{{- $names := list }}
{{- if or .Values.calendarUrl .Values.calendarUrlFrom }}{{ $names = append $names "calendar" }}{{ end }}
{{- range .Values.calendars }}
{{- if has .name $names }}
{{- fail (printf "\ncalendars: the name %q stands there twice (the calendar of calendarUrl is called \"calendar\")." .name) }}
{{- end }}
{{- $names = append $names .name }}
{{- end }}
{{- end }}
