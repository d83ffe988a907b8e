package org.mococxr.orchestrator.plan;

import java.net.URI;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.specs.RunSpec;

/**
 * Where everything of an experiment lies. All places follow from names, so that whoever starts
 * again finds what was done before.
 *
 * @param artifacts base of the artefact store
 */
public record Layout(URI artifacts) {

  /** {@code <artefacts>/experiments/<experiment>/}. */
  public URI experiment(String experiment) {
    return folder(artifacts, "experiments/" + experiment);
  }

  /**
   * {@code <artefacts>/experiments/<experiment>/split/}: the folder in which each split has a
   * folder of its own, named by its recipe and its data.
   */
  public URI split(String experiment) {
    return folder(experiment(experiment), "split");
  }

  /**
   * {@code <artefacts>/experiments/<experiment>/runs/<run>/<work>/}: an experiment that is
   * submitted again with other options or another split has other folders for the runs that this
   * concerns, and finds those of the others.
   *
   * @param work tells what the run does, and with what, from all else that a run of this name did
   */
  public URI run(String experiment, String run, String work) {
    return folder(experiment(experiment), "runs/" + run + "/" + work);
  }

  public static URI report(RunSpec report) {
    return ArtifactStore.child(report.output(), "report.html");
  }

  public static URI bundle(RunSpec export) {
    return folder(export.output(), "model");
  }

  private static URI folder(URI parent, String path) {
    return ArtifactStore.folder(ArtifactStore.child(parent, path));
  }
}
