package org.mococxr.images.notices;

import java.nio.file.Path;
import java.util.List;

/**
 * A library of an application.
 *
 * @param group for example {@code io.netty}
 * @param name the artefact's name
 * @param version as in the repository
 * @param classifier for example {@code linux-x86_64}; empty for none
 * @param jar the library as it is packaged
 * @param licences that one may choose from, as the library's POM names them
 */
record Library(
    String group,
    String name,
    String version,
    String classifier,
    Path jar,
    List<Licence> licences) {
  /** The group of this project's own. */
  static final String OURS = "org.mococxr";

  /**
   * A licence in the words of a POM.
   *
   * @param name may be empty
   * @param url may be empty
   */
  record Licence(String name, String url) {}

  boolean ours() {
    return group.equals(OURS);
  }

  /** {@code group:name:version}. */
  String coordinates() {
    return group + ":" + name + ":" + version;
  }

  /** The package URL; see github.com/package-url/purl-spec. */
  String packageUrl() {
    String base = "pkg:maven/" + group + "/" + name + "@" + version + "?type=jar";
    return classifier.isEmpty() ? base : base.replace("?", "?classifier=" + classifier + "&");
  }
}
