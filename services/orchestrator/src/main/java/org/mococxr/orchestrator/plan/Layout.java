package org.mococxr.orchestrator.plan;

import java.net.URI;
import org.mococxr.artifacts.ArtifactStore;

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

  /** {@code <artefacts>/experiments/<experiment>/split/}. */
  public URI split(String experiment) {
    return folder(experiment(experiment), "split");
  }

  /** {@code <artefacts>/experiments/<experiment>/runs/<run>/}. */
  public URI run(String experiment, String run) {
    return folder(experiment(experiment), "runs/" + run);
  }

  /** The report that the experiment's last run writes. */
  public URI report(String experiment) {
    return ArtifactStore.child(run(experiment, RunPlan.REPORT), "report.html");
  }

  /** The ONNX bundle that the export run writes. */
  public URI bundle(String experiment) {
    return folder(run(experiment, RunPlan.EXPORT), "model");
  }

  private static URI folder(URI parent, String path) {
    return ArtifactStore.folder(ArtifactStore.child(parent, path));
  }
}
