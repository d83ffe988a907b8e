package org.mococxr.orchestrator.plan;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.specs.RunIdentity;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.Subject;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;

/** The runs that are planned so far, each with its folder and with the runs that it waits for. */
final class PlannedRuns {
  private final String experiment;
  private final Layout layout;
  private final List<PlannedRun> runs = new ArrayList<>();
  private final Map<String, URI> folders = new HashMap<>();
  private final Map<URI, String> byFolder = new HashMap<>();

  PlannedRuns(String experiment, Layout layout) {
    this.experiment = experiment;
    this.layout = layout;
  }

  /** In the order in which they were added. */
  List<PlannedRun> all() {
    return List.copyOf(runs);
  }

  /** Of a run that is planned already; null if there is none. */
  URI folder(RunKind kind, Subject subject) {
    return folders.get(subject.run(kind));
  }

  RunSpec add(
      RunKind kind,
      Subject subject,
      long seed,
      Map<String, URI> inputs,
      Map<String, Object> options) {
    OptionRecord told = Options.accepted(options, kind.told(), subject.run(kind));
    return add(kind, subject, seed, inputs, options, Options.identifying(told));
  }

  /**
   * @param inputs by role; the run waits for those whose folders are among them
   * @param identifying the options that its result depends on
   */
  RunSpec add(
      RunKind kind,
      Subject subject,
      long seed,
      Map<String, URI> inputs,
      Map<String, Object> options,
      Map<String, Object> identifying) {
    String name = subject.run(kind);
    URI folder = layout.run(experiment, name, work(kind, seed, inputs, identifying));
    RunSpec run = new RunSpec(experiment, name, kind, subject, seed, inputs, options, folder);
    Set<String> after = new LinkedHashSet<>();
    inputs.values().stream().filter(byFolder::containsKey).map(byFolder::get).forEach(after::add);
    runs.add(new PlannedRun(run, List.copyOf(after)));
    folders.put(name, folder);
    byFolder.put(folder, name);
    return run;
  }

  /**
   * Names the work of a run: what its result depends on, as far as it is known before it begins.
   * The images belong to it by the manifests, whose folder is named by their data; where they are
   * mounted does not.
   */
  static String work(
      RunKind kind, long seed, Map<String, URI> inputs, Map<String, Object> identifying) {
    Map<String, String> places = new LinkedHashMap<>();
    inputs.forEach((role, uri) -> places.put(role, uri.toString()));
    places.remove("root");
    return new RunIdentity(kind, seed, identifying, places).digest().substring(0, 12);
  }
}
