package org.mococxr.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;

/**
 * A client of an archive's DICOMweb services (PS3.18): QIDO-RS (section 10.6), WADO-RS (10.4) and
 * STOW-RS (10.5). What fails for the machine's or the network's sake is tried again and then ends
 * in {@link UncheckedIOException}; what the archive refuses is the user's error. Safe for use by
 * many threads.
 */
public final class DicomWebClient implements AutoCloseable {
  private static final int PAGE = 500;
  private static final int TRIES = 4;
  private static final String STUDY = "0020000D";
  private static final String SERIES = "0020000E";
  private static final String INSTANCE = "00080018";
  private static final String MODALITY = "00080060";
  private static final String BODY_PART = "00180015";

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final URI base;
  private final Credentials credentials;
  private final DecodeLimits limits;
  private final Duration pause;

  /**
   * @param base address of the services, for example {@code https://pacs.example/dicom-web}
   * @param limits of the files that are retrieved
   */
  public DicomWebClient(URI base, Credentials credentials, DecodeLimits limits) {
    this(base, credentials, limits, Duration.ofSeconds(1));
  }

  DicomWebClient(URI base, Credentials credentials, DecodeLimits limits, Duration pause) {
    if (!Set.of("http", "https").contains(String.valueOf(base.getScheme()))
        || base.getHost() == null
        || base.getUserInfo() != null) {
      throw new UserErrorException(
          "the archive's address",
          "is no plain http or https address",
          "an address such as https://pacs.example/dicom-web is expected; credentials are given"
              + " apart");
    }
    this.base = URI.create(base.toString().replaceAll("/+$", "") + "/");
    this.credentials = credentials;
    this.limits = limits;
    this.pause = pause;
  }

  /** The images that a query finds, each once, in the archive's order. */
  public List<ArchivedImage> search(ArchiveQuery query) {
    Set<ArchivedImage> found = new LinkedHashSet<>();
    for (String modality : query.modalities()) {
      StringBuilder parameters = new StringBuilder("Modality=" + modality);
      query.dates().ifPresent(dates -> parameters.append("&StudyDate=").append(dates));
      query
          .bodyPart()
          .ifPresent(part -> parameters.append("&BodyPartExamined=").append(encoded(part)));
      parameters.append("&includefield=BodyPartExamined");
      for (JsonNode series : pages("series", parameters.toString())) {
        // Archives may pass over keys that they do not know.
        boolean meant =
            text(series, MODALITY, modality).equals(modality)
                && query
                    .bodyPart()
                    .map(part -> text(series, BODY_PART, part).equals(part))
                    .orElse(true);
        if (meant) {
          String study = text(series, STUDY, "");
          String id = text(series, SERIES, "");
          for (JsonNode image :
              pages("studies/" + uid(study) + "/series/" + uid(id) + "/instances", "")) {
            found.add(new ArchivedImage(study, id, uid(text(image, INSTANCE, ""))));
          }
        }
      }
    }
    return List.copyOf(found);
  }

  private List<JsonNode> pages(String path, String parameters) {
    List<JsonNode> all = new ArrayList<>();
    String first = "";
    while (true) {
      String address =
          path
              + "?"
              + (parameters.isEmpty() ? "" : parameters + "&")
              + "limit="
              + PAGE
              + "&offset="
              + all.size();
      byte[] body = get(address, "application/dicom+json");
      JsonNode page = body.length == 0 ? Json.LENIENT.createArrayNode() : parse(body);
      // An archive that knows no offset gives the first page again.
      String start = page.isEmpty() ? "" : page.get(0).toString();
      if (page.isEmpty() || (!all.isEmpty() && start.equals(first))) {
        return all;
      }
      first = all.isEmpty() ? start : first;
      page.forEach(all::add);
    }
  }

  private JsonNode parse(byte[] body) {
    try {
      JsonNode page = Json.LENIENT.readTree(body);
      if (page.isArray()) {
        return page;
      }
    } catch (IOException e) {
      throw refused("answers a search with something that is no JSON", e);
    }
    throw refused("answers a search with JSON that is no list", null);
  }

  private static String text(JsonNode object, String tag, String fallback) {
    JsonNode value = object.path(tag).path("Value").path(0);
    return value.isTextual() ? value.asText().strip() : fallback;
  }

  private String uid(String text) {
    if (!text.matches("[0-9.]{1,64}")) {
      throw refused("names an image by something that is no UID", null);
    }
    return text;
  }

  /** The DICOM file of an image, in the transfer syntax in which the archive has it. */
  public byte[] retrieve(ArchivedImage image) {
    return Multipart.firstPart(
        send(
            "GET",
            "studies/%s/series/%s/instances/%s"
                .formatted(image.study(), image.series(), image.instance()),
            "multipart/related; type=\"application/dicom\"; transfer-syntax=*",
            null,
            null));
  }

  /**
   * Stores DICOM files.
   *
   * @throws UserErrorException if the archive refuses any of them
   */
  public void store(List<byte[]> files) {
    String boundary = "mococxr-" + UUID.randomUUID();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] file : files) {
      String head = "--" + boundary + "\r\nContent-Type: application/dicom\r\n\r\n";
      body.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
      body.writeBytes(file);
      body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    body.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    String type = "multipart/related; type=\"application/dicom\"; boundary=" + boundary;
    Answer answer = send("POST", "studies", "application/dicom+json", type, body.toByteArray());
    // 202: some were stored and others not (PS3.18, 10.5.3).
    if (answer.status() == 202) {
      throw refused("stored only a part of the results", null);
    }
  }

  private byte[] get(String path, String accept) {
    return send("GET", path, accept, null, null).body();
  }

  /** What the archive answered. */
  record Answer(int status, String contentType, byte[] body) {}

  private Answer send(String method, String path, String accept, String type, byte[] body) {
    for (int attempt = 1; ; attempt++) {
      try {
        Answer answer = sendOnce(method, path, accept, type, body);
        if (answer.status() < 300) {
          return answer;
        }
        boolean busy = answer.status() >= 500 || answer.status() == 429 || answer.status() == 408;
        if (!busy) {
          throw refused(refusal(answer.status()), null);
        }
        if (attempt == TRIES) {
          throw new UncheckedIOException(
              new IOException(base + " answers with status " + answer.status()));
        }
      } catch (IOException e) {
        if (attempt == TRIES) {
          throw new UncheckedIOException("the archive " + base + " cannot be reached", e);
        }
      }
      rest(attempt);
    }
  }

  private Answer sendOnce(String method, String path, String accept, String type, byte[] body)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofMinutes(2))
            .header("Accept", accept)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    if (type != null) {
      request.header("Content-Type", type);
    }
    credentials.header(System.getenv()).ifPresent(value -> request.header("Authorization", value));
    try {
      HttpResponse<InputStream> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        long most = limits.maxBytes() + (1 << 16);
        byte[] bytes = in.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE - 8));
        if (bytes.length > most) {
          throw refused("sends a file of more than " + limits.maxBytes() + " bytes", null);
        }
        String contentType = response.headers().firstValue("Content-Type").orElse("");
        return new Answer(response.statusCode(), contentType, bytes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }

  private static String refusal(int status) {
    return switch (status) {
      case 401, 403 -> "refuses the credentials (status " + status + ")";
      case 404 -> "has no such service or object (status 404)";
      default -> "refuses the request (status " + status + ")";
    };
  }

  private UserErrorException refused(String problem, Throwable cause) {
    return new UserErrorException(
        "the archive " + base,
        problem,
        "check its address and credentials, and that it offers QIDO-RS, WADO-RS and STOW-RS",
        cause);
  }

  private void rest(int attempt) {
    try {
      Thread.sleep(pause.multipliedBy(1L << attempt - 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    http.close();
  }
}
