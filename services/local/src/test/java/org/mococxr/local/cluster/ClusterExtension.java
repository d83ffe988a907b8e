package org.mococxr.local.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives every scenario the one {@link TestCluster}, and those that ask for a {@link Release} the
 * one that they share; both end when the last scenario has.
 */
final class ClusterExtension implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestCluster.class || type == Release.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext.Store store = context.getRoot().getStore(Namespace.GLOBAL);
    TestCluster cluster =
        store.computeIfAbsent(TestCluster.class, type -> start(), TestCluster.class);
    return parameter.getParameter().getType() == TestCluster.class
        ? cluster
        : store.computeIfAbsent(Release.class, type -> install(cluster), Release.class);
  }

  private static Release install(TestCluster cluster) {
    try {
      return Release.install(cluster, "shared", "lab", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TestCluster start() {
    try {
      return TestCluster.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
