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

{{/* The image of the trainers. */}}
{{- define "moco-cxr.trainerImage" -}}
{{- .Values.trainer.image | default (include "moco-cxr.image" (dict "root" . "component" "trainer")) -}}
{{- end -}}

{{- define "moco-cxr.artifactsClaim" -}}
{{- .Values.artifacts.claim.existing | default (printf "%s-artifacts" (include "moco-cxr.name" .)) -}}
{{- end -}}

{{/*
Size, storage class and access modes of the claim that belongs to the release, or nothing. With an S3 store it is the claim that an
earlier revision made, as that revision asked for it: helm rollback only finds again what the present revision has, and a claim's
specification cannot be changed.
*/}}
{{- define "moco-cxr.madeClaim" -}}
{{- $claim := .Values.artifacts.claim -}}
{{- if $claim.existing -}}
{{- else if or (include "moco-cxr.onVolume" .) $claim.keep -}}
{{- pick $claim "size" "storageClass" "accessModes" | toYaml -}}
{{- else if .Release.IsUpgrade -}}
{{- $made := lookup "v1" "PersistentVolumeClaim" .Release.Namespace (include "moco-cxr.artifactsClaim" .) -}}
{{- if eq (dig "metadata" "annotations" "meta.helm.sh/release-name" "" $made) .Release.Name -}}
{{- dig "metadata" "annotations" "mococxr.org/claim" "{}" $made | fromJson | toYaml -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether the artefact store is a volume. */}}
{{- define "moco-cxr.onVolume" -}}
{{- if hasPrefix "file:" .Values.artifacts.uri }}true{{ end -}}
{{- end -}}

{{/* Whether helm test has an experiment to run: it writes to the volume, and has no token to sign in with. */}}
{{- define "moco-cxr.tested" -}}
{{- if and .Values.test.enabled (include "moco-cxr.onVolume" .) (not .Values.oidc.enabled) }}true{{ end -}}
{{- end -}}

{{/* The secret of a component's environment, or nothing. Arguments: root, component. */}}
{{- define "moco-cxr.credentials" -}}
{{- index .root.Values.credentials .component | default .root.Values.credentialsSecret -}}
{{- end -}}

{{/* The installation's name in labels of Jobs, as the orchestrator gives it. */}}
{{- define "moco-cxr.installation" -}}
{{- .Release.Name | trunc 30 | trimSuffix "-" -}}
{{- end -}}

{{/* Settings of Kafka's clients that are no secret: KAFKA_… to value. */}}
{{- define "moco-cxr.kafka" -}}
{{- $security := .Values.kafka.security -}}
{{- if ne $security.protocol "PLAINTEXT" }}
KAFKA_SECURITY_PROTOCOL: {{ $security.protocol }}
{{- end }}
{{- with $security.mechanism }}
KAFKA_SASL_MECHANISM: {{ . }}
{{- end }}
{{- if eq $security.mechanism "OAUTHBEARER" }}
KAFKA_SASL_LOGIN_CALLBACK_HANDLER_CLASS: org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler
KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL: {{ $security.tokenEndpoint | quote }}
{{- end }}
{{- if $security.ca.secret }}
KAFKA_SSL_TRUSTSTORE_TYPE: PEM
{{- end }}
{{- if eq $security.protocol "SSL" }}
KAFKA_SSL_KEYSTORE_TYPE: PEM
{{- end }}
{{- end -}}

{{/* Secrets of a Kafka user: KAFKA_… to the key in it. Arguments: root, component. */}}
{{- define "moco-cxr.kafkaUser" -}}
{{- $security := .root.Values.kafka.security -}}
{{- if index $security.users .component }}
{{- if hasPrefix "SASL" $security.protocol }}
KAFKA_SASL_JAAS_CONFIG: {{ $security.keys.jaas }}
{{- else }}
KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN: {{ $security.keys.certificate }}
KAFKA_SSL_KEYSTORE_KEY: {{ $security.keys.privateKey }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The inference service's pods, as a selector of Prometheus. */}}
{{- define "moco-cxr.inferencePods" -}}
{{- printf "namespace=%q,pod=~%q" .Release.Namespace (printf "%s-inference-.*" (include "moco-cxr.name" .)) -}}
{{- end -}}

{{/* Options of every JVM besides a service's own: a client takes a token from no address that is not listed. */}}
{{- define "moco-cxr.javaOptions" -}}
{{- if eq .Values.kafka.security.mechanism "OAUTHBEARER" -}}
-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={{ .Values.kafka.security.tokenEndpoint }}
{{- end -}}
{{- end -}}

{{- define "moco-cxr.artifactsPath" -}}
{{- .Values.artifacts.uri | trimPrefix "file://" -}}
{{- end -}}

{{/* Labels of the nodes of a pod. Arguments: root, own (the component's). */}}
{{- define "moco-cxr.nodeSelector" -}}
{{- $labels := deepCopy .own -}}
{{- if and .root.Values.singleNode.enabled .root.Values.singleNode.node -}}
{{- $labels = set $labels "kubernetes.io/hostname" .root.Values.singleNode.node -}}
{{- end -}}
{{- if $labels -}}{{ toYaml $labels }}{{- end -}}
{{- end -}}

{{/* A ReadWriteOnce volume is on one node, and so is whoever uses it. */}}
{{- define "moco-cxr.oneNode" -}}
affinity:
  podAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            app.kubernetes.io/part-of: moco-cxr
            app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* What a container may do. */}}
{{- define "moco-cxr.restricted" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{- define "moco-cxr.pullSecrets" -}}
{{- with .Values.image.pullSecrets -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end -}}
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
  {{- with include "moco-cxr.pullSecrets" .root }}
  {{- . | nindent 2 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    # The trainers' user, too: they share what they write on the claim.
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: {type: RuntimeDefault}
  {{- if .root.Values.singleNode.enabled }}
  {{- include "moco-cxr.oneNode" .root | nindent 2 }}
  {{- else }}
  # Replicas stay apart when there is room.
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: topology.kubernetes.io/zone
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "moco-cxr.selector" . | nindent 10 }}
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "moco-cxr.selector" . | nindent 10 }}
  {{- end }}
  {{- with include "moco-cxr.nodeSelector" (dict "root" .root "own" .values.nodeSelector) }}
  nodeSelector:
    {{- . | nindent 4 }}
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
        {{- with include "moco-cxr.credentials" . }}
        - secretRef: {name: {{ . }}}
        {{- end }}
      env:
        - name: JAVA_TOOL_OPTIONS
          value: {{ printf "%s %s" .values.javaOptions (include "moco-cxr.javaOptions" .root) | trim | quote }}
        {{- with .root.Values.kafka.security.ca.secret }}
        - name: KAFKA_SSL_TRUSTSTORE_CERTIFICATES
          valueFrom: {secretKeyRef: {name: {{ . }}, key: {{ $.root.Values.kafka.security.ca.key }}}}
        {{- end }}
        {{- $user := index .root.Values.kafka.security.users .component }}
        {{- range $variable, $key := include "moco-cxr.kafkaUser" . | fromYaml }}
        - name: {{ $variable }}
          valueFrom: {secretKeyRef: {name: {{ $user }}, key: {{ $key }}}}
        {{- end }}
        {{- if eq .component "orchestrator" }}
        {{- $oidc := .root.Values.oidc }}
        {{- if and $oidc.enabled $oidc.secret.name }}
        - name: MOCOCXR_OIDC_SECRET
          valueFrom: {secretKeyRef: {name: {{ $oidc.secret.name }}, key: {{ $oidc.secret.key }}}}
        {{- end }}
        # Under this address the other replicas ask for the experiments that this one holds.
        - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        {{- end }}
        {{- range $key, $value := .values.environment }}
        - {name: {{ $key }}, value: {{ $value | quote }}}
        {{- end }}
      resources:
        {{- toYaml .values.resources | nindent 8 }}
      {{- include "moco-cxr.restricted" . | nindent 6 }}
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
        {{- if and (eq .component "inference") .root.Values.inference.feedback.claim }}
        - {name: feedback, mountPath: /feedback}
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
    {{- if and (eq .component "inference") .root.Values.inference.feedback.claim }}
    - name: feedback
      persistentVolumeClaim: {claimName: {{ .root.Values.inference.feedback.claim }}}
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
