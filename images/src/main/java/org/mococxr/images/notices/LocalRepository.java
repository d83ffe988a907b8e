package org.mococxr.images.notices;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.images.notices.Library.Licence;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** Maven's repository on this machine, which has the POM of every library that was built with. */
final class LocalRepository {
  private final Path folder;

  /**
   * @param folder for example {@code ~/.m2/repository}
   */
  LocalRepository(Path folder) {
    this.folder = folder;
  }

  /**
   * The one that Maven built with, whether its default, {@code maven.repo.local} or a settings.xml
   * names it: this program's own libraries lie in it, by the class path that Maven wrote.
   */
  static LocalRepository ofThisBuild() {
    try {
      Path jar =
          Path.of(
              BomGeneratorFactory.class
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toURI());
      // <repository>/org/cyclonedx/<name>/<version>/<file>
      return new LocalRepository(jar.resolve("../../../../..").normalize());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The licences that the POM names, or the nearest parent that names any; none if none does. */
  List<Licence> licences(String group, String name, String version) throws IOException {
    Element project = project(group, name, version);
    List<Licence> licences = new ArrayList<>();
    for (Element list : children(project, "licenses")) {
      for (Element licence : children(list, "license")) {
        licences.add(new Licence(text(licence, "name"), text(licence, "url")));
      }
    }
    List<Element> parent = children(project, "parent");
    if (!licences.isEmpty() || parent.isEmpty()) {
      return licences;
    }
    Element above = parent.getFirst();
    return licences(text(above, "groupId"), text(above, "artifactId"), text(above, "version"));
  }

  private Element project(String group, String name, String version) throws IOException {
    Path pom =
        folder
            .resolve(group.replace('.', '/'))
            .resolve(name)
            .resolve(version)
            .resolve(name + "-" + version + ".pom");
    if (!Files.isRegularFile(pom)) {
      throw UserErrorException.at(
          pom,
          "is not there",
          "expected the POM of every packaged library in Maven's local repository; build anew:"
              + " make clean build");
    }
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      // POMs of third parties: no entities, no files of elsewhere.
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(pom + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static String text(Element parent, String name) {
    List<Element> found = children(parent, name);
    return found.isEmpty() ? "" : found.getFirst().getTextContent().strip();
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }
}
