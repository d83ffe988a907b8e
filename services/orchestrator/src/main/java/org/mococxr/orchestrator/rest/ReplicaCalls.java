package org.mococxr.orchestrator.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.Json;
import org.mococxr.orchestrator.experiment.UnreadableException;
import org.mococxr.specs.option.Options;

/** What replicas ask each other over HTTP. */
final class ReplicaCalls {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Another replica's states were accepted once, like this one's. */
  private static final ObjectReader READER = Options.accepting(Json.LENIENT);

  private final Optional<String> secret;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /**
   * @param secret that all replicas know; if empty, they know each other by their addresses
   */
  ReplicaCalls(Optional<String> secret) {
    this.secret = secret;
  }

  /**
   * Asks a replica.
   *
   * @param base of its HTTP
   * @return empty if there is no such thing
   * @throws NotReadyException if it does not answer
   * @throws UnreadableException if it cannot read the experiment's state
   */
  <T> Optional<T> get(URI base, String path, TypeReference<T> type) {
    return send(base, HttpRequest.newBuilder(base.resolve(path)).GET(), type);
  }

  /** Tells a replica something, and asks with it. */
  <T> Optional<T> post(URI base, String path, Object body, TypeReference<T> type) {
    return send(
        base,
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Json.line(body))),
        type);
  }

  private <T> Optional<T> send(URI base, HttpRequest.Builder question, TypeReference<T> type) {
    question.timeout(PATIENCE);
    secret.ifPresent(shown -> question.header(Replicas.SECRET_HEADER, shown));
    try {
      HttpResponse<String> answer =
          http.send(question.build(), HttpResponse.BodyHandlers.ofString());
      return switch (answer.statusCode()) {
        case OK -> Optional.of(READER.forType(type).readValue(answer.body()));
        case NOT_FOUND -> Optional.empty();
        case CONFLICT ->
            throw new UnreadableException(
                READER.forType(ErrorView.class).<ErrorView>readValue(answer.body()).message());
        default ->
            throw new NotReadyException(
                "the replica at " + base + " answers with status " + answer.statusCode());
      };
    } catch (JsonProcessingException e) {
      throw new NotReadyException(
          "a replica of another version answers: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new NotReadyException(
          "the replica at " + base + " does not answer: " + Causes.message(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotReadyException("stopped while asking the replica at " + base);
    }
  }
}
