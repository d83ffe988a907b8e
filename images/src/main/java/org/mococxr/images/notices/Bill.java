package org.mococxr.images.notices;

import java.io.IOException;
import java.util.List;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.License;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.Metadata;
import org.mococxr.foundation.Digests;

/**
 * A bill of materials in CycloneDX 1.6. It has neither a serial number nor a time: the same
 * application makes the same bytes, as images need it.
 */
final class Bill {
  private Bill() {}

  /**
   * The JSON document.
   *
   * @param name of the application, for example {@code splitter}
   * @param version of the application
   */
  static String of(String name, String version, List<Library> libraries) throws IOException {
    Bom bom = new Bom();
    bom.setSerialNumber(null);
    Metadata metadata = new Metadata();
    metadata.setTimestamp(null);
    metadata.setComponent(
        component("mococxr", name, version, "pkg:generic/mococxr/" + name + "@" + version));
    metadata.getComponent().setType(Component.Type.APPLICATION);
    metadata.getComponent().setLicenses(licence("Apache-2.0"));
    bom.setMetadata(metadata);
    for (Library library : libraries) {
      Component entry =
          component(library.group(), library.name(), library.version(), library.packageUrl());
      entry.setLicenses(licence(Licences.taken(library)));
      entry.addHash(new Hash(Hash.Algorithm.SHA_256, Digests.sha256(library.jar())));
      bom.addComponent(entry);
    }
    try {
      return BomGeneratorFactory.createJson(Version.VERSION_16, bom).toJsonString() + "\n";
    } catch (GeneratorException e) {
      throw new IOException("the bill of materials of " + name + " was not made", e);
    }
  }

  private static Component component(String group, String name, String version, String packageUrl) {
    Component component = new Component();
    component.setType(Component.Type.LIBRARY);
    component.setGroup(group);
    component.setName(name);
    component.setVersion(version);
    component.setPurl(packageUrl);
    component.setBomRef(packageUrl);
    return component;
  }

  private static LicenseChoice licence(String spdx) {
    License licence = new License();
    licence.setId(spdx);
    LicenseChoice choice = new LicenseChoice();
    choice.addLicense(licence);
    return choice;
  }
}
