{{/* Every object's name begins with the release's. */}}
{{- define "moco-cxr.name" -}}
{{- if contains "moco-cxr" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-moco-cxr" (.Release.Name | trunc 31 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{/* Labels that select a service's pods: they never change. Arguments: root, component. */}}
{{- define "moco-cxr.selector" -}}
app.kubernetes.io/name: mococxr-{{ .component }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "moco-cxr.labels" -}}
{{ include "moco-cxr.selector" . }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/part-of: moco-cxr
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "moco-cxr.image" -}}
{{- $tag := .root.Values.image.tag | default .root.Chart.AppVersion -}}
{{- with .root.Values.image.registry }}{{ . }}/{{ end -}}
{{ .root.Values.image.repository }}/{{ .component }}:{{ $tag }}
{{- end -}}

{{- define "moco-cxr.artifactsClaim" -}}
{{- .Values.artifacts.claim.existing | default (printf "%s-artifacts" (include "moco-cxr.name" .)) -}}
{{- end -}}

{{/* Whether the artefact store is a volume. */}}
{{- define "moco-cxr.onVolume" -}}
{{- if hasPrefix "file:" .Values.artifacts.uri }}true{{ end -}}
{{- end -}}

{{- define "moco-cxr.artifactsPath" -}}
{{- .Values.artifacts.uri | trimPrefix "file://" -}}
{{- end -}}

{{/*
A service's pod. Arguments: root, component, values (the service's), data (whether it reads X-rays), files (a ConfigMap with
files for its config folder, or none).
*/}}
{{- define "moco-cxr.pod" -}}
{{- $name := include "moco-cxr.name" .root -}}
{{- /* The inference service tells of its health on a port of its own, whatever its load. */ -}}
{{- $health := ternary "management" "http" (eq .component "inference") -}}
metadata:
  labels:
    {{- include "moco-cxr.labels" . | nindent 4 }}
  annotations:
    # New settings make new pods.
    checksum/config: {{ include (print .root.Template.BasePath "/config.yaml") .root | sha256sum }}
spec:
  serviceAccountName: {{ $name }}-{{ .component }}
  automountServiceAccountToken: {{ eq .component "orchestrator" }}
  terminationGracePeriodSeconds: 60
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    # The trainers' user, too: they share what they write on the claim.
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: {type: RuntimeDefault}
  # Replicas stay apart when there is room.
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "moco-cxr.selector" . | nindent 10 }}
  {{- with .values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .component }}
      image: {{ include "moco-cxr.image" . | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      ports:
        - {name: http, containerPort: 8080}
        {{- if eq .component "inference" }}
        - {name: management, containerPort: 9000}
        {{- end }}
      envFrom:
        - configMapRef: {name: {{ $name }}-common}
        {{- if ne .component "splitter" }}
        - configMapRef: {name: {{ $name }}-{{ .component }}}
        {{- end }}
        {{- with .root.Values.credentialsSecret }}
        - secretRef: {name: {{ . }}}
        {{- end }}
      env:
        - {name: JAVA_TOOL_OPTIONS, value: {{ .values.javaOptions | quote }}}
        {{- if eq .component "orchestrator" }}
        # Under this address the other replicas ask for the experiments that this one holds.
        - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        {{- end }}
        {{- range $key, $value := .values.environment }}
        - {name: {{ $key }}, value: {{ $value | quote }}}
        {{- end }}
      resources:
        {{- toYaml .values.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      # A start can be slow on a busy node; after it, a service that hangs is started again.
      startupProbe:
        httpGet: {path: /q/health/started, port: {{ $health }}}
        periodSeconds: 2
        failureThreshold: 90
      livenessProbe:
        httpGet: {path: /q/health/live, port: {{ $health }}}
        periodSeconds: 10
        timeoutSeconds: 5
      readinessProbe:
        httpGet: {path: /q/health/ready, port: {{ $health }}}
        periodSeconds: 5
        timeoutSeconds: 5
      volumeMounts:
        - {name: scratch, mountPath: /tmp}
        {{- if include "moco-cxr.onVolume" .root }}
        - name: artifacts
          mountPath: {{ include "moco-cxr.artifactsPath" .root }}
          readOnly: {{ eq .component "inference" }}
        {{- end }}
        {{- if and .data .root.Values.data.claim }}
        - {name: data, mountPath: {{ .root.Values.data.path }}, readOnly: true}
        {{- end }}
        {{- if .root.Values.kafka.files }}
        - {name: kafka, mountPath: /etc/mococxr/kafka, readOnly: true}
        {{- end }}
        {{- if .files }}
        - {name: files, mountPath: /deployments/config, readOnly: true}
        {{- end }}
  volumes:
    - name: scratch
      emptyDir: {sizeLimit: 4Gi}
    {{- if include "moco-cxr.onVolume" .root }}
    - name: artifacts
      persistentVolumeClaim: {claimName: {{ include "moco-cxr.artifactsClaim" .root }}}
    {{- end }}
    {{- if and .data .root.Values.data.claim }}
    - name: data
      persistentVolumeClaim: {claimName: {{ .root.Values.data.claim }}, readOnly: true}
    {{- end }}
    {{- with .root.Values.kafka.files }}
    - name: kafka
      secret: {secretName: {{ . }}}
    {{- end }}
    {{- if .files }}
    - name: files
      configMap: {name: {{ .files }}}
    {{- end }}
{{- end -}}
