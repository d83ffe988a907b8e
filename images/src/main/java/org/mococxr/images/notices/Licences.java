package org.mococxr.images.notices;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.images.notices.Library.Licence;

/**
 * The licences under which a library may be part of what we ship: permissive ones, and those whose
 * copyleft ends at the library's own files (EPL). Of several that a library offers, one suffices.
 */
final class Licences {
  /** SPDX identifier by what a POM calls the licence, or by its address. */
  private static final Map<Pattern, String> ALLOWED = new LinkedHashMap<>();

  static {
    allow("Apache-2.0", "apache(\\s+software)?(\\s+license)?,?[\\s-]+(version\\s+|v)?2(\\.0)?");
    allow("Apache-2.0", "the apache (software )?license,? version 2\\.0");
    allow("MIT", "(the )?mit( license)?");
    allow("MIT-0", "mit-0");
    allow("BSD-2-Clause", "(the )?bsd[ -]2-clause( license)?");
    allow("BSD-3-Clause", "(the )?(new )?bsd[ -]3-clause( license)?|(revised|new) bsd( license)?");
    allow("BSD-3-Clause", "edl 1\\.0|eclipse distribution license -? ?v\\.? ?1\\.0");
    allow("EPL-1.0", "eclipse public license - v 1\\.0");
    allow("EPL-2.0", "epl[ -]2\\.0|eclipse public license (- )?(v ?\\.? ?)?2\\.0");
    allow("CC0-1.0", "public domain, per creative commons cc0|cc0(-1\\.0)?");
  }

  private Licences() {}

  private static void allow(String spdx, String names) {
    ALLOWED.put(Pattern.compile(names), spdx);
  }

  /**
   * The licence that we take a library under, as an SPDX identifier.
   *
   * @throws UserErrorException naming the library if it offers none that is allowed
   */
  static String taken(Library library) {
    return library.licences().stream()
        .flatMap(licence -> identifier(licence).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new UserErrorException(
                    library.coordinates(),
                    library.licences().isEmpty()
                        ? "its POM and its parents name no licence"
                        : "found " + describe(library.licences()),
                    "expected a licence that org.mococxr.images.notices.Licences allows: take"
                        + " another library or version, or exclude it in the module's pom.xml"));
  }

  private static Optional<String> identifier(Licence licence) {
    String name = licence.name().strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    return ALLOWED.entrySet().stream()
        .filter(entry -> entry.getKey().matcher(name).matches())
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static String describe(List<Licence> licences) {
    return String.join(
        ", ", licences.stream().map(l -> "'" + l.name() + "' (" + l.url() + ")").toList());
  }
}
