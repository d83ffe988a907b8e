package org.mococxr.testkit.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The environment variables of a container. */
final class PodEnvironment {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\((\\w+)\\)");
  private static final String ANY_ADDRESS = "0.0.0.0";

  private final PodContent content;
  private final String address;
  private final int apiPort;

  PodEnvironment(PodContent content, String address, int apiPort) {
    this.content = content;
    this.address = address;
    this.apiPort = apiPort;
  }

  /** What the image sets, then {@code envFrom}, then {@code env}. */
  Map<String, String> of(Container container, Image image) throws NotStartedException {
    Map<String, String> variables = new TreeMap<>();
    variables.put("PATH", "/usr/bin:/bin");
    variables.put("HOME", "/");
    variables.put("HOSTNAME", content.field("metadata.name").orElseThrow());
    variables.put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
    variables.put("KUBERNETES_SERVICE_PORT", Integer.toString(apiPort));
    variables.put("KUBERNETES_SERVICE_PORT_HTTPS", Integer.toString(apiPort));
    variables.putAll(image.environment());
    for (EnvFromSource source : container.getEnvFrom()) {
      if (source.getConfigMapRef() != null) {
        variables.putAll(
            content.configMap(
                source.getConfigMapRef().getName(), source.getConfigMapRef().getOptional()));
      } else {
        variables.putAll(
            content.secret(source.getSecretRef().getName(), source.getSecretRef().getOptional()));
      }
    }
    for (EnvVar variable : container.getEnv()) {
      String value =
          variable.getValueFrom() == null
              ? expanded(variable.getValue(), variables)
              : from(variable.getValueFrom());
      if (value != null) {
        variables.put(variable.getName(), value);
      }
    }
    // All pods share this machine's network: each listens at an address of its own only.
    variables.replaceAll((name, value) -> value.equals(ANY_ADDRESS) ? address : value);
    return variables;
  }

  private String from(EnvVarSource source) throws NotStartedException {
    if (source.getFieldRef() != null) {
      String path = source.getFieldRef().getFieldPath();
      boolean own = path.equals("status.podIP");
      return own ? address : content.field(path).orElse("");
    }
    if (source.getConfigMapKeyRef() != null) {
      var key = source.getConfigMapKeyRef();
      return entry(
          content.configMap(key.getName(), key.getOptional()),
          key.getKey(),
          key.getOptional(),
          "configmap " + key.getName());
    }
    if (source.getSecretKeyRef() != null) {
      var key = source.getSecretKeyRef();
      return entry(
          content.secret(key.getName(), key.getOptional()),
          key.getKey(),
          key.getOptional(),
          "secret " + key.getName());
    }
    throw new NotStartedException(
        "CreateContainerConfigError", "a source of a variable that is not supported");
  }

  private static String entry(
      Map<String, String> entries, String key, Boolean optional, String where)
      throws NotStartedException {
    String value = entries.get(key);
    if (value == null && !Boolean.TRUE.equals(optional)) {
      throw new NotStartedException(
          "CreateContainerConfigError", "couldn't find key %s in %s".formatted(key, where));
    }
    return value;
  }

  private static String expanded(String value, Map<String, String> variables) {
    return REFERENCE
        .matcher(value == null ? "" : value)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(variables.getOrDefault(match.group(1), match.group())));
  }
}
