package org.mococxr.local.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;

/** The chart of this repository, as release {@code lab} in namespace {@code mococxr}. */
final class Chart {
  static final Path FOLDER = Path.of("../../helm/moco-cxr").toAbsolutePath().normalize();

  private Chart() {}

  static TemplateCommand template() {
    return template("1.34.0");
  }

  static TemplateCommand template(String kubernetes) {
    return new Helm(FOLDER)
        .template()
        .withName("lab")
        .withNamespace("mococxr")
        .withKubeVersion(kubernetes);
  }
}
