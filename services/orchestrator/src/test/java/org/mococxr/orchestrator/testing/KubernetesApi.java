package org.mococxr.orchestrator.testing;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** Fabric8's CRUD server, which keeps objects and watches but runs nothing, with a client. */
public final class KubernetesApi implements AutoCloseable {
  private final Map<ServerRequest, Queue<ServerResponse>> responses = new HashMap<>();
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          responses,
          new KubernetesMixedDispatcher(responses),
          false);
  private final KubernetesClient client;

  /** Starts it, with no objects. */
  public KubernetesApi() {
    server.init();
    client = server.createClient();
  }

  /** With every right. */
  public KubernetesClient client() {
    return client;
  }

  /** Answers what is no object. */
  public void answer(String path, int status, String json) {
    server.expect().get().withPath(path).andReturn(status, json).always();
  }

  /**
   * Changes an object that the code under test may change meanwhile. A real API server takes a
   * patch of other fields all the same; this one answers 409.
   */
  public static void change(Runnable edit) {
    for (int left = 20; ; left--) {
      try {
        edit.run();
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || left == 0) {
          throw e;
        }
      }
    }
  }

  @Override
  public void close() {
    client.close();
    server.destroy();
  }
}
