package org.mococxr.testkit.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The command that runs a container as a process with a root file system, user and mounts of its
 * own: a mount namespace and chroot. It is exec all the way, so that signals reach the program
 * itself. Needs root.
 */
final class Sandbox {
  private Sandbox() {}

  /**
   * @param root an empty folder where the container's root is mounted, in its own namespace only
   * @param hosts stands for /etc/hosts
   * @param message stands for /dev/termination-log
   * @param volumes folders by volume name
   */
  static List<String> command(
      PodSpec pod,
      Container container,
      Image image,
      Path root,
      Path hosts,
      Path message,
      Map<String, Path> volumes)
      throws IOException {
    List<String> script = new ArrayList<>();
    script.add("set -e");
    // The container's own path has none of these programs.
    script.add("path=$PATH; PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    script.add("mount -t tmpfs -o mode=755 tmpfs " + quoted(root));
    script.add("cd " + quoted(root));
    script.add("mkdir usr etc proc dev tmp; chmod 1777 tmp");
    script.add("for d in bin sbin lib lib64; do [ -L /$d ] && ln -s usr/$d $d; done");
    script.add("for d in usr etc; do mount --bind /$d $d; mount -o remount,bind,ro $d; done");
    script.add("mount --bind " + quoted(hosts) + " etc/hosts");
    script.add("mount --rbind /proc proc");
    script.addAll(devices(message));
    for (var entry : new TreeMap<>(content(image)).entrySet()) {
      script.addAll(bindChildren(entry.getKey().substring(1), entry.getValue()));
    }
    for (VolumeMount mount :
        container.getVolumeMounts().stream()
            .sorted(Comparator.comparing(VolumeMount::getMountPath))
            .toList()) {
      String path = quoted(mount.getMountPath().replaceFirst("^/+", ""));
      script.add("mkdir -p " + path);
      script.add("mount --bind " + quoted(volumes.get(mount.getName())) + " " + path);
      if (Boolean.TRUE.equals(mount.getReadOnly())) {
        script.add("mount -o remount,bind,ro " + path);
      }
    }
    Optional<SecurityContext> security = Optional.ofNullable(container.getSecurityContext());
    if (security.map(SecurityContext::getReadOnlyRootFilesystem).orElse(false)) {
      script.add("mount -o remount,ro " + quoted(root));
    }
    // Inside: a change of user would forget it. No process outlives the JVM of the node.
    String inside = "cd \"$0\"; exec /usr/bin/setpriv --pdeathsig KILL -- \"$@\"";
    script.add("PATH=$path");
    script.add(
        "exec /usr/sbin/chroot %s /usr/bin/setpriv %s -- /bin/sh -c '%s' \"$@\""
            .formatted(quoted(root), privileges(pod, security), inside));
    List<String> command = new ArrayList<>();
    command.addAll(List.of("unshare", "--mount", "--propagation", "private", "/bin/sh", "-c"));
    command.add(String.join("\n", script));
    command.add("sh");
    command.add(Optional.ofNullable(container.getWorkingDir()).orElse(image.workingDirectory()));
    command.addAll(container.getCommand().isEmpty() ? image.entrypoint() : container.getCommand());
    command.addAll(container.getArgs());
    return command;
  }

  /** Those that every container has, and the file for its last words. */
  private static List<String> devices(Path message) {
    return List.of(
        "mount -t tmpfs -o mode=755 tmpfs dev; mkdir dev/shm; chmod 1777 dev/shm",
        "for d in null zero full random urandom; do touch dev/$d; mount --bind /dev/$d dev/$d; done",
        "ln -s /proc/self/fd dev/fd; touch dev/termination-log",
        "for d in 0:stdin 1:stdout 2:stderr; do ln -s /proc/self/fd/${d%:*} dev/${d#*:}; done",
        "mount --bind " + quoted(message) + " dev/termination-log");
  }

  /** The image's content, and this JVM's JDK if it lies outside of /usr. */
  private static Map<String, Path> content(Image image) {
    Map<String, Path> content = new TreeMap<>(image.content());
    Path java = Path.of(System.getProperty("java.home"));
    if (!java.startsWith("/usr")) {
      content.put(java.toString(), java);
    }
    return content;
  }

  /** Child by child: a mount of the pod may lie inside a folder of the image. */
  private static List<String> bindChildren(String target, Path source) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("mkdir -p " + quoted(target));
    try (Stream<Path> children = Files.list(source)) {
      for (Path child : children.sorted().toList()) {
        String to = quoted(target + "/" + child.getFileName());
        lines.add((Files.isDirectory(child) ? "mkdir -p " : "touch ") + to);
        lines.add("mount --bind " + quoted(child) + " " + to);
        lines.add("mount -o remount,bind,ro " + to);
      }
    }
    return lines;
  }

  private static String privileges(PodSpec pod, Optional<SecurityContext> security) {
    Optional<PodSecurityContext> ofPod = Optional.ofNullable(pod.getSecurityContext());
    long user =
        security
            .map(SecurityContext::getRunAsUser)
            .or(() -> ofPod.map(PodSecurityContext::getRunAsUser))
            .orElse(0L);
    long group =
        security
            .map(SecurityContext::getRunAsGroup)
            .or(() -> ofPod.map(PodSecurityContext::getRunAsGroup))
            .orElse(0L);
    long shared = ofPod.map(PodSecurityContext::getFsGroup).orElse(group);
    List<String> options = new ArrayList<>();
    options.addAll(List.of("--reuid", "" + user, "--regid", "" + group, "--groups", "" + shared));
    if (!security.map(SecurityContext::getAllowPrivilegeEscalation).orElse(true)) {
      options.add("--no-new-privs");
    }
    boolean dropsAll =
        security
            .map(SecurityContext::getCapabilities)
            .map(capabilities -> capabilities.getDrop().contains("ALL"))
            .orElse(false);
    if (dropsAll) {
      options.addAll(List.of("--inh-caps=-all", "--bounding-set=-all"));
    }
    return String.join(" ", options);
  }

  private static String quoted(Object text) {
    return "'" + text.toString().replace("'", "'\\''") + "'";
  }
}
