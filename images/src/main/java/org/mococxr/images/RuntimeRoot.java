package org.mococxr.images;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Folders;

/**
 * A root file system that holds a Java runtime and nothing else: no shell, no package manager. The
 * runtime is made by {@code jlink} of this machine's JDK, the C library is this machine's, so that
 * the image is as old as both; where a registry can be reached, a base that is given by its digest
 * is the better choice.
 */
final class RuntimeRoot {
  /** Where the runtime is. */
  static final String JAVA = "/opt/java";

  private static final String MODULES =
      "java.se,jdk.unsupported,jdk.management,jdk.zipfs,jdk.net,jdk.naming.dns,jdk.security.auth,"
          + "jdk.jfr,jdk.httpserver";

  /** What Java and the native libraries of PyTorch and ONNX Runtime are linked with. */
  private static final List<String> LIBRARIES =
      List.of(
          ("libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2 libnss_dns.so.2"
                  + " libnss_files.so.2 libgcc_s.so.1 libstdc++.so.6 libz.so.1")
              .split(" "));

  /** Debian's packages of these. */
  private static final List<String> PACKAGES =
      List.of("libc6", "libgcc-s1", "libstdc++6", "zlib1g");

  /** Where Debian keeps licences that the packages' own files name and do not repeat. */
  private static final Pattern COMMON =
      Pattern.compile("/usr/share/common-licenses/([A-Za-z]+(?:-[0-9.]*[0-9])?)");

  private final Path folder;
  private final Path library;
  private final Path loader;

  /**
   * @param folder where the runtime is made, or was
   * @param library where this machine has its C library, for example {@code /lib/x86_64-linux-gnu}
   * @param loader the dynamic loader, for example {@code /lib64/ld-linux-x86-64.so.2}
   */
  RuntimeRoot(Path folder, Path library, Path loader) {
    this.folder = folder;
    this.library = library;
    this.loader = loader;
  }

  /** Of this machine. */
  static RuntimeRoot here(Path folder) {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    return new RuntimeRoot(
        folder,
        Path.of(arm ? "/lib/aarch64-linux-gnu" : "/lib/x86_64-linux-gnu"),
        Path.of(arm ? "/lib/ld-linux-aarch64.so.1" : "/lib64/ld-linux-x86-64.so.2"));
  }

  /** Makes the runtime, unless {@link #isLinked}. */
  void link() throws IOException, InterruptedException {
    Path java = folder.resolve("java");
    if (isLinked()) {
      return;
    }
    Folders.delete(java);
    Files.createDirectories(folder);
    Process jlink =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/jlink").toString(),
                "--add-modules",
                MODULES,
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                "zip-6",
                "--output",
                java.toString())
            .inheritIO()
            .start();
    if (jlink.waitFor() != 0) {
      throw new IOException("jlink ended with " + jlink.exitValue());
    }
  }

  /** Whether the runtime is there and has the version of this machine's JDK. */
  boolean isLinked() throws IOException {
    Path release = folder.resolve("java/release");
    return Files.isRegularFile(release)
        && version(release).equals(version(Path.of(System.getProperty("java.home"), "release")));
  }

  private static Optional<String> version(Path release) throws IOException {
    return Files.readAllLines(release).stream()
        .filter(line -> line.startsWith("JAVA_VERSION="))
        .findFirst();
  }

  /** The layers below an application's: system, then Java. */
  List<FileEntriesLayer> layers() throws IOException {
    Path passwd = folder.resolve("passwd");
    AtomicFiles.write(passwd, "root:x:0:0::/:\nmococxr:x:10001:10001::/tmp:\n");
    Path group = folder.resolve("group");
    AtomicFiles.write(group, "root:x:0:\nmococxr:x:10001:\n");
    Path names = folder.resolve("nsswitch.conf");
    AtomicFiles.write(names, "hosts: files dns\n");
    Path tmp = Files.createDirectories(folder.resolve("tmp"));
    FileEntriesLayer.Builder system =
        FileEntriesLayer.builder()
            .setName("system")
            .addEntry(passwd, at("/etc/passwd"))
            .addEntry(group, at("/etc/group"))
            .addEntry(names, at("/etc/nsswitch.conf"))
            .addEntry(tmp, at("/tmp"), FilePermissions.fromOctalString("777"))
            .addEntry(
                loader.toRealPath(), at(loader.toString()), FilePermissions.fromOctalString("755"));
    for (String name : LIBRARIES) {
      // Newer C libraries hold some of the others themselves.
      Path file = library.resolve(name);
      if (Files.exists(file)) {
        system.addEntry(
            file.toRealPath(), at(file.toString()), FilePermissions.fromOctalString("755"));
      }
    }
    notices(system);
    return List.of(system.build(), java());
  }

  /** Java alone, for a base that has everything else. */
  FileEntriesLayer java() throws IOException {
    return FileEntriesLayer.builder()
        .setName("java")
        .addEntryRecursive(
            folder.resolve("java"),
            at(JAVA),
            (file, target) ->
                Files.isDirectory(file) || Files.isExecutable(file)
                    ? FilePermissions.fromOctalString("755")
                    : FilePermissions.fromOctalString("644"))
        .build();
  }

  /** The licences of the C library and its like; Java has its own below legal/. */
  private void notices(FileEntriesLayer.Builder system) throws IOException {
    Map<String, Path> common = new TreeMap<>();
    for (String name : PACKAGES) {
      Path file = Path.of("/usr/share/doc", name, "copyright");
      if (Files.isRegularFile(file)) {
        system.addEntry(file.toRealPath(), at("/licenses/system/" + name));
        COMMON
            .matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
            .results()
            .forEach(found -> common.put(found.group(1), Path.of(found.group())));
      }
    }
    for (Map.Entry<String, Path> licence : common.entrySet()) {
      if (Files.isRegularFile(licence.getValue())) {
        system.addEntry(
            licence.getValue().toRealPath(),
            at("/licenses/system/common-licenses/" + licence.getKey()));
      }
    }
  }

  private static AbsoluteUnixPath at(String path) {
    return AbsoluteUnixPath.get(path);
  }
}
