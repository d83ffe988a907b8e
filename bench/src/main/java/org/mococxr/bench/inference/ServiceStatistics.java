package org.mococxr.bench.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.mococxr.bench.Clocks;
import org.mococxr.foundation.Json;

/** What the service itself counts of a model, by the protocol's statistics. */
final class ServiceStatistics {
  private static final double NANOS_PER_MILLI = 1e6;

  private final URI address;
  private final List<Double> compute = new ArrayList<>();
  private final List<Double> other = new ArrayList<>();
  private final List<Double> own = new ArrayList<>();

  ServiceStatistics(URI service, String model) {
    this.address = service.resolve("/v2/models/" + model + "/stats");
  }

  private JsonNode read() {
    try (InputStream in = address.toURL().openStream()) {
      return Json.MAPPER.readTree(in).at("/model_stats/0");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Images that the network has computed, without those of requests. */
  long computedForJobs() {
    JsonNode stats = read();
    long all = 0;
    for (JsonNode size : stats.get("batch_stats")) {
      all += size.get("batch_size").asLong() * size.at("/compute_infer/count").asLong();
    }
    return all - stats.get("inference_count").asLong();
  }

  /** Measures, and counts what the service spends on decoding and computing meanwhile. */
  Load.Result beside(Supplier<Load.Result> measurement) {
    JsonNode before = read();
    Load.Result result = measurement.get();
    JsonNode after = read();
    double computed = nanos(after, "compute_infer") - nanos(before, "compute_infer");
    double decoded = nanos(after, "compute_input") - nanos(before, "compute_input");
    double waited = nanos(after, "queue") - nanos(before, "queue");
    double served = nanos(after, "success") - nanos(before, "success");
    double whole = Arrays.stream(result.nanos()).sum();
    int answers = result.nanos().length;
    compute.add(computed / answers / NANOS_PER_MILLI);
    own.add((served - computed - decoded - waited) / answers / NANOS_PER_MILLI);
    other.add((whole - computed - decoded) / answers / NANOS_PER_MILLI);
    return result;
  }

  private static double nanos(JsonNode stats, String step) {
    return stats.at("/inference_stats/" + step + "/ns").asDouble();
  }

  /** A request's time in the network, with copying its tensors, in ms: the middle of all means. */
  double computeMillis() {
    return median(compute);
  }

  /** What a request takes beside decoding and computing as its client sees it, the same. */
  double otherMillis() {
    return median(other);
  }

  /** What of that the service itself counts, from the start of its work to the answer, the same. */
  double ownMillis() {
    return median(own);
  }

  /** How much more of that a request takes than another's in the same round, the same. */
  double otherMillisBeyond(ServiceStatistics than) {
    List<Double> more = new ArrayList<>();
    for (int i = 0; i < other.size(); i++) {
      more.add(other.get(i) - than.other.get(i));
    }
    return median(more);
  }

  private static double median(List<Double> values) {
    return Clocks.median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
