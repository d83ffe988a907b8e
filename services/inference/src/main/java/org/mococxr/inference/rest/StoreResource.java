package org.mococxr.inference.rest;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestPath;
import org.mococxr.inference.archive.ResultArchive;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.http.Body;

/** DICOM images in, findings out and into the hospital's archive. */
@Path("/v1/models")
public class StoreResource {
  private final ResultArchive archive;
  private final InferenceConfig.Limits limits;

  /** Stores in {@code archive}. */
  public StoreResource(ResultArchive archive, InferenceConfig config) {
    this.archive = archive;
    this.limits = config.limits();
  }

  /**
   * As {@code predict}, of DICOM files only; each gets a structured report, and heat maps of what
   * is present, in its study. Refused unless an archive is configured.
   */
  @POST
  @Path("{model}/store")
  @Consumes(MediaType.WILDCARD)
  public ResultArchive.Answer store(@RestPath String model, @Context RoutingContext http) {
    try (Body body = Body.take(http)) {
      return archive.store(
          model, Uploads.of(body, http.request(), limits.body().asLongValue(), limits.batch()));
    }
  }
}
