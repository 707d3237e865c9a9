/**
 * What a check of the conformance kit is: the rule it tests, how much the rule matters, and the verdict on a server.
 *
 * <p>It knows nothing of HTTP nor of any check: those implement {@link dev.replicator.conformance.kit.Suite}. Start
 * reading there.
 */
package dev.replicator.conformance.kit;
