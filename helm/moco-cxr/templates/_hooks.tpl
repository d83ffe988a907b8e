{{/*
The pod of a hook, with containers that the caller appends. Arguments: root, component, token (whether it speaks to the cluster).
*/}}
{{- define "moco-cxr.hookPod" -}}
restartPolicy: Never
serviceAccountName: {{ include "moco-cxr.name" .root }}-{{ .account }}
automountServiceAccountToken: {{ .token }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with include "moco-cxr.nodeSelector" (dict "root" .root "own" .root.Values.orchestrator.nodeSelector) }}
nodeSelector:
  {{- . | nindent 2 }}
{{- end }}
{{- with .root.Values.orchestrator.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* What a hook's container is allowed and asks for. Arguments: memory. */}}
{{- define "moco-cxr.hookContainer" -}}
resources:
  requests: {cpu: 100m, memory: {{ .memory }}}
  limits: {memory: {{ .memory }}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}
