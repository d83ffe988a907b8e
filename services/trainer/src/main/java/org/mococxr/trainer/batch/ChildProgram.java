package org.mococxr.trainer.batch;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Starts this program again: the same Java, options, class path and settings, and where several are
 * at work an equal share of the heap and of the processors for each.
 */
final class ChildProgram {
  private static final String OF_MEMORY = "-XX:MaxRAMPercentage=";
  private static final String PROCESSORS = "-XX:ActiveProcessorCount=";
  private static final String ENGINE_THREADS = "OMP_NUM_THREADS";

  /** The JVM's own choice. */
  private static final double USUAL_PERCENTAGE = 25;

  /** Of this process alone: a recording, a debugger's port. */
  private static final List<String> OWN =
      List.of("-XX:AOTCacheOutput=", "-agentlib:jdwp", "-XX:StartFlightRecording", OF_MEMORY);

  /** A terminal is redrawn by one process. */
  private static final Set<String> OF_TERMINAL = Set.of("mococxr.terminal", "mococxr.columns");

  private final Class<?> main;
  private final int atOnce;

  /**
   * @param main its main class, for a program that is not started by a jar
   * @param atOnce how many are at work at once
   */
  ChildProgram(Class<?> main, int atOnce) {
    this.main = main;
    this.atOnce = atOnce;
  }

  /** A process that is not started yet. */
  ProcessBuilder with(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        options(
            ManagementFactory.getRuntimeMXBean().getInputArguments(),
            Runtime.getRuntime().availableProcessors()));
    command.addAll(settings());
    String classPath = System.getProperty("java.class.path");
    boolean byClassPath = main.getClassLoader() == ClassLoader.getSystemClassLoader();
    command.addAll(
        byClassPath ? List.of("-cp", classPath, main.getName()) : List.of("-jar", classPath));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    if (atOnce > 1) {
      builder
          .environment()
          .putIfAbsent(
              ENGINE_THREADS, Integer.toString(share(Runtime.getRuntime().availableProcessors())));
    }
    return builder;
  }

  /**
   * The options of a child's JVM.
   *
   * @param given those of this one
   * @param processors that this one may use
   */
  List<String> options(List<String> given, int processors) {
    List<String> options = new ArrayList<>();
    double percentage = USUAL_PERCENTAGE;
    boolean fixedHeap = false;
    boolean fixedProcessors = false;
    for (String option : given) {
      if (option.startsWith(OF_MEMORY)) {
        percentage = Double.parseDouble(option.substring(OF_MEMORY.length()));
      }
      fixedHeap |= option.startsWith("-Xmx") || option.startsWith("-XX:MaxHeapSize=");
      fixedProcessors |= option.startsWith(PROCESSORS);
      if (OWN.stream().noneMatch(option::startsWith)) {
        options.add(option);
      }
    }
    if (!fixedHeap) {
      options.add(OF_MEMORY + String.format(Locale.ROOT, "%.3f", percentage / atOnce));
    }
    if (atOnce > 1 && !fixedProcessors) {
      options.add(PROCESSORS + share(processors));
    }
    options.add("-Dstdout.encoding=UTF-8");
    options.add("-Dstderr.encoding=UTF-8");
    return options;
  }

  private int share(int processors) {
    return Math.max(1, processors / atOnce);
  }

  /** What the command line has set: the device, for example. */
  private static List<String> settings() {
    List<String> settings = new ArrayList<>();
    for (String name : new TreeSet<>(System.getProperties().stringPropertyNames())) {
      boolean ours = name.startsWith("mococxr.") && !OF_TERMINAL.contains(name);
      if (ours || name.equals("java.util.logging.manager")) {
        settings.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    return settings;
  }
}
