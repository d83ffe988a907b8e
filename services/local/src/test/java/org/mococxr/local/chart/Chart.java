package org.mococxr.local.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Path;

/** The chart of this repository, as release {@code lab} in namespace {@code mococxr}. */
public final class Chart {
  /** Its folder. */
  public static final Path FOLDER = Path.of("../../helm/moco-cxr").toAbsolutePath().normalize();

  private Chart() {}

  /** Renders it for the version of Kubernetes that it is tested on. */
  public static TemplateCommand template() {
    return template("1.34.0");
  }

  static TemplateCommand template(String kubernetes) {
    return new Helm(FOLDER)
        .template()
        .withName("lab")
        .withNamespace("mococxr")
        .withKubeVersion(kubernetes);
  }

  /** With values from these files, one over the other: the last counts. */
  static Installation rendered(Path... values) throws IOException {
    TemplateCommand command = template();
    for (Path file : values) {
      command.withValuesFile(file);
    }
    return new Installation(Manifest.all(command.call()));
  }
}
