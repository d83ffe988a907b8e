package org.mococxr.artifacts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Json;

/**
 * How a result came about, written beside it as {@code provenance.json}.
 *
 * @param command the command that repeats it
 * @param seed of all random streams
 * @param versions of the program, Java, and the libraries that do the arithmetic
 * @param host name, operating system, processors, memory, devices
 * @param inputs SHA-256 of each input, by role
 * @param started when the work began
 * @param finished when it ended; null while it lasts
 */
public record Provenance(
    List<String> command,
    long seed,
    Map<String, String> versions,
    Map<String, String> host,
    Map<String, String> inputs,
    Instant started,
    Instant finished) {
  /** The file's name in a run's folder. */
  public static final String FILE = "provenance.json";

  /** Sorts the maps, so that equal provenance is equal text. */
  public Provenance {
    command = command == null ? List.of() : List.copyOf(command);
    versions = sorted(versions);
    host = sorted(host);
    inputs = sorted(inputs);
  }

  /**
   * This process, now.
   *
   * @param command the command that repeats the work
   * @param seed of all random streams
   * @param versions of the program and of the libraries that do the arithmetic; Java's are added
   * @param inputs SHA-256 of each input, by role
   */
  public static Provenance capture(
      List<String> command, long seed, Map<String, String> versions, Map<String, String> inputs) {
    Map<String, String> all = new TreeMap<>(versions);
    all.put("java", System.getProperty("java.runtime.version"));
    all.put("jvm", System.getProperty("java.vm.name"));
    Runtime runtime = Runtime.getRuntime();
    Map<String, String> host = new TreeMap<>();
    host.put("name", hostName());
    host.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    host.put("architecture", System.getProperty("os.arch"));
    host.put("processors", Integer.toString(runtime.availableProcessors()));
    host.put("heapMiB", Long.toString(runtime.maxMemory() >> 20));
    return new Provenance(command, seed, all, host, inputs, now(), null);
  }

  /** The same, ended now. */
  public Provenance finishedNow() {
    return new Provenance(command, seed, versions, host, inputs, started, now());
  }

  /** The same with the inputs, where they are known only after the work. */
  public Provenance withInputs(Map<String, String> digests) {
    return new Provenance(command, seed, versions, host, digests, started, finished);
  }

  /** Writes {@value #FILE} into a folder. */
  public void write(Path folder) throws IOException {
    AtomicFiles.write(folder.resolve(FILE), Json.text(this));
  }

  /** Reads {@value #FILE} of a folder. */
  public static Provenance read(Path folder) throws IOException {
    return Json.MAPPER.readValue(Files.readAllBytes(folder.resolve(FILE)), Provenance.class);
  }

  private static Map<String, String> sorted(Map<String, String> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(map));
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
