{{- define "tidemark.name" -}}
{{- printf "%s" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{- define "tidemark.labels" -}}
app.kubernetes.io/name: tidemark
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Labels that select the pods of one workload, given as (list context workload). */}}
{{- define "tidemark.selector" -}}
{{- $context := index . 0 -}}
app.kubernetes.io/name: tidemark
app.kubernetes.io/instance: {{ $context.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* Port of OTLP over gRPC, where the configuration opens one. */}}
{{- define "tidemark.grpcPort" -}}
{{- with .Values.config.http -}}
{{- with .grpcPort -}}
{{- int . -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Pod template of one workload, given as (list context workload settings). */}}
{{- define "tidemark.pod" -}}
{{- $context := index . 0 -}}
{{- $workload := index . 1 -}}
{{- $settings := index . 2 -}}
{{- $values := $context.Values -}}
metadata:
  labels:
    {{- include "tidemark.selector" (list $context $workload) | nindent 4 }}
  annotations:
    # A changed configuration starts the pods anew.
    checksum/config: {{ toYaml $values.config | sha256sum }}
spec:
  serviceAccountName: {{ include "tidemark.name" $context }}
  automountServiceAccountToken: false
  # Variables such as TIDEMARK_PORT, of a service beside it, would be read as configuration.
  enableServiceLinks: false
  {{- with $values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    seccompProfile:
      type: RuntimeDefault
  # Longer than telemetry.drainMs (10 s) and telemetry.closeMs, or a stop would cut off what it waits for.
  terminationGracePeriodSeconds: 45
  containers:
    - name: tidemark
      image: {{ printf "%s:%s" $values.image.repository (default $context.Chart.AppVersion $values.image.tag) | quote }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args: [run, --config, /etc/tidemark/tidemark.yaml, --role, {{ $workload }}]
      env:
        - name: TIDEMARK_TELEMETRY__HOST
          value: "0.0.0.0"
        - name: TIDEMARK_TELEMETRY__PORT
          value: "9464"
        - name: TIDEMARK_HTTP__SERVE
          value: {{ ternary "always" "never" (eq $workload "api") }}
        {{- if eq $workload "api" }}
        - name: TIDEMARK_HTTP__HOST
          value: "0.0.0.0"
        - name: TIDEMARK_HTTP__PORT
          value: "8088"
        {{- if $values.api.tlsSecretName }}
        - name: TIDEMARK_HTTP__CERT_FILE
          value: /run/tls/tls.crt
        - name: TIDEMARK_HTTP__KEY_FILE
          value: /run/tls/tls.key
        {{- else }}
        - name: TIDEMARK_HTTP__ALLOW_PLAINTEXT
          value: "true"
        {{- end }}
        {{- end }}
        {{- with $settings.heapMb }}
        - name: NODE_OPTIONS
          value: {{ printf "--max-old-space-size=%d" (int .) }}
        {{- end }}
      ports:
        - name: metrics
          containerPort: 9464
        {{- if eq $workload "api" }}
        - name: http
          containerPort: 8088
        {{- with include "tidemark.grpcPort" $context }}
        - name: grpc
          containerPort: {{ . }}
        {{- end }}
        {{- end }}
      # Before habits are recalled a process is not ready; it is alive all the same.
      startupProbe:
        httpGet: { path: /livez, port: metrics }
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /livez, port: metrics }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 3
      readinessProbe:
        httpGet: { path: /readyz, port: metrics }
        periodSeconds: 5
        timeoutSeconds: 5
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      resources:
        {{- toYaml $settings.resources | nindent 8 }}
      volumeMounts:
        - name: config
          mountPath: /etc/tidemark
          readOnly: true
        - name: tmp
          mountPath: /tmp
        {{- if $values.secretName }}
        - name: secrets
          mountPath: /run/secrets/tidemark
          readOnly: true
        {{- end }}
        {{- if and (eq $workload "api") $values.api.tlsSecretName }}
        - name: tls
          mountPath: /run/tls
          readOnly: true
        {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ include "tidemark.name" $context }}
    - name: tmp
      emptyDir:
        sizeLimit: 256Mi
    {{- if $values.secretName }}
    - name: secrets
      secret:
        secretName: {{ $values.secretName }}
        defaultMode: 0440
    {{- end }}
    {{- if and (eq $workload "api") $values.api.tlsSecretName }}
    - name: tls
      secret:
        secretName: {{ $values.api.tlsSecretName }}
        defaultMode: 0440
    {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "tidemark.selector" (list $context $workload) | nindent 10 }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* The workloads that are installed, by name, as YAML. */}}
{{- define "tidemark.workloads" -}}
ingest: {{ toJson .Values.ingest }}
detect: {{ toJson .Values.detect }}
{{- if .Values.api.enabled }}
api: {{ toJson .Values.api }}
{{- end }}
{{- end }}
