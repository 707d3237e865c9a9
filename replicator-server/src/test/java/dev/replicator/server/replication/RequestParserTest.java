package dev.replicator.server.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchException;
import dev.replicator.peer.Authentication;
import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.ReplicationFilter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What requests mean, and what is wrong with those that mean nothing. */
class RequestParserTest {
    private static final ReplicationSettings.Defaults DEFAULTS =
            new ReplicationSettings.Defaults(4, 500, 20, Duration.ofSeconds(30), 5, true, Duration.ofSeconds(10), true);

    private static ReplicationRequest document(String json) {
        return RequestParser.document(JsonObject.parse(json.replace('\'', '"').getBytes(UTF_8)), DEFAULTS);
    }

    private static ReplicationOrder order(String json) {
        return RequestParser.order(JsonObject.parse(json.replace('\'', '"').getBytes(UTF_8)), DEFAULTS);
    }

    private static ReplicationRequest with(String members) {
        return document("{'source':'a','target':'b'," + members + "}");
    }

    @Test
    void whatIsNotSaidIsAsConfigured() {
        ReplicationRequest request = document("{'_id':'x','source':'a','target':'b/c','owner':'me','doc_ids':null}");
        assertEquals(new PeerReference.Local("a"), request.source());
        assertEquals(new PeerReference.Local("b/c"), request.target());
        assertEquals(new ReplicationFilter.None(), request.options().filter());
        assertFalse(request.options().continuous());
        assertTrue(request.options().useCheckpoints());
        assertEquals(Duration.ofSeconds(10), request.options().checkpointInterval());
        assertEquals(
                List.of(4, 500, 5, 20),
                List.of(
                        request.options().workers(),
                        request.options().batchSize(),
                        request.options().retries(),
                        request.transport().connections()));
        assertEquals(Duration.ofSeconds(10), request.transport().heartbeat());
    }

    @Test
    void everyOptionIsTaken() {
        ReplicationRequest request = with("'continuous':true,'create_target':true,'winning_revs_only':true,"
                + "'use_checkpoints':false,'checkpoint_interval':5000,'worker_processes':2,'worker_batch_size':'7',"
                + "'retries_per_request':0,'http_connections':3,'connection_timeout':900,'heartbeat':100,"
                + "'use_bulk_get':false,'create_target_params':{'q':2,'partitioned':'true'},'since_seq':'12-abc'");
        assertTrue(request.options().continuous());
        assertTrue(request.options().createTarget());
        assertTrue(request.options().winningRevisionsOnly());
        assertFalse(request.options().useCheckpoints());
        assertEquals(Duration.ofSeconds(5), request.options().checkpointInterval());
        assertEquals(2, request.options().workers());
        assertEquals(7, request.options().batchSize());
        assertEquals(0, request.options().retries());
        assertEquals(
                Optional.of(new PeerSequence("\"12-abc\"")), request.options().since());
        assertEquals(
                new Transport(
                        3,
                        Duration.ofMillis(900),
                        Duration.ofMillis(100),
                        false,
                        Map.of("q", "2", "partitioned", "true")),
                request.transport());
    }

    @Test
    void documentsAreChosenInThreeWays() {
        assertEquals(
                new ReplicationFilter.DocumentIds(new TreeSet<>(List.of("a", "b+%20"))),
                with("'doc_ids':['b+%20','a']").options().filter());
        assertEquals(
                new ReplicationFilter.Matching("{\"n\":{\"$gt\":1.0}}"),
                with("'selector':{'n':{'$gt':1.0}}").options().filter());
        assertEquals(
                new ReplicationFilter.Named("d/f", new TreeMap<>(Map.of("a", "x", "n", "1"))),
                with("'filter':'d/f','query_params':{'a':'x','n':1}").options().filter());
    }

    @Test
    void aPeerElsewhereHasItsCredentialsBesideItsUrl() {
        var source = (PeerReference.Remote) document("{'source':'HTTP://me:p%40ss@Example.org:80/db','target':'b'}")
                .source();
        assertEquals("http://example.org/db/", source.address());
        assertEquals(new Authentication.Session("me", "p@ss"), source.authentication());

        var object = (PeerReference.Remote) document("{'source':{'url':'https://other:old@h:6984/a%2Fb/',"
                        + "'auth':{'basic':{'username':'me','password':'secret'}},"
                        + "'headers':{'Authorization':'Bearer token','X-N':1}},'target':'b'}")
                .source();
        assertEquals("https://h:6984/a%2Fb/", object.address());
        assertEquals(new Authentication.Session("me", "secret"), object.authentication());
        assertEquals(Map.of("Authorization", "Bearer token", "X-N", "1"), object.headers());
        for (String secret : new String[] {"p@ss", "p%40ss", "secret", "old", "token"}) {
            assertFalse((source + " " + object + " " + object.authentication()).contains(secret), secret);
        }
    }

    private static final Owner ADMINISTRATORS = new Owner.Administrators(Rights.ADMINISTRATOR);

    @Test
    void aJobIsTheSameForTheSamePeersAndDocumentsWhateverThePassword() {
        String one = "{'source':'http://me:%s@h/db','target':'b'%s}";
        ReplicationRequest first = document(one.formatted("one", ""));
        ReplicationRequest second = document(one.formatted("two", ""));
        assertNotEquals(first, second);
        assertEquals(first.jobId("uuid", ADMINISTRATORS), second.jobId("uuid", ADMINISTRATORS));
        assertEquals(first, document(one.formatted("one", "")));
        assertTrue(document(one.formatted("x", ",'continuous':true,'create_target':true"))
                .jobId("uuid", ADMINISTRATORS)
                .equals(first.jobId("uuid", ADMINISTRATORS) + "+continuous+create_target"));
        assertNotEquals(
                first.jobId("uuid", ADMINISTRATORS),
                document(one.formatted("one", ",'doc_ids':['a']")).jobId("uuid", ADMINISTRATORS));
    }

    @Test
    void cancellingIsByRequestOrId() {
        assertEquals(
                new ReplicationOrder.Cancel(with("'continuous':true")),
                order("{'source':'a','target':'b','continuous':true,'cancel':true}"));
        for (String name : new String[] {"id", "_local_id", "replication_id"}) {
            assertEquals(
                    new ReplicationOrder.CancelById("x+continuous"),
                    order("{'cancel':true,'" + name + "':'x+continuous'}"));
        }
        assertEquals(
                new ReplicationOrder.Start(with("'x':1")),
                order("{'source':'a','target':'b','cancel':false,'id':'y'}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'target':'b'}                                | Missing replicator database: there is no `source`
            {'source':'a','target':null}                  | Missing replicator database: there is no `target`
            {'source':7,'target':'b'}                     | `source` must be a string or an object with a `url`
            {'source':{'uri':'x'},'target':'b'}           | `source.url` must be a non-empty string
            {'source':'ftp://me:secret@h/db','target':'b'} | `source`: The URL of a peer must begin with http:// or https://
            {'source':'http://me:secret@h/','target':'b'} | `source`: The URL of a peer must name a database
            {'source':{'url':'http://h/d','auth':'me'},'target':'b'} | `source.auth` must be an object
            {'source':{'url':'http://h/d','auth':{'iam':{}}},'target':'b'} | `source.auth` must have `basic`: other ways are given by `headers`
            {'source':{'url':'http://h/d','auth':{'basic':{'username':'me'}}},'target':'b'} | `source.auth.basic.password` must be a string
            {'source':{'url':'http://h/d','headers':[]},'target':'b'} | `source.headers` must be an object
            {'source':{'url':'http://h/d','headers':{'a b':'secret'}},'target':'b'} | `source.headers` has a name that no header has
            {'source':{'url':'http://h/d','headers':{'a':'secret\\n'}},'target':'b'} | `source.headers.a` cannot stand in a header
            {'source':{'url':'http://h/d','headers':{'Host':'secret'}},'target':'b'} | `source.headers.Host` cannot be given
            {'source':'a','target':'Up'}                  | Name: 'Up'.
            {'source':'a','target':'b','continuous':1}    | parameter `continuous` must be a boolean
            {'source':'a','target':'b','create_target':'true'} | parameter `create_target` must be a boolean
            {'source':'a','target':'b','create_target_params':[]} | parameter `create_target_params` must be a JSON object
            {'source':'a','target':'b','winning_revs_only':0} | parameter `winning_revs_only` must be a boolean
            {'source':'a','target':'b','use_checkpoints':'no'} | parameter `use_checkpoints` must be a boolean
            {'source':'a','target':'b','use_bulk_get':'no'} | parameter `use_bulk_get` must be a boolean
            {'source':'a','target':'b','cancel':'yes'}    | parameter `cancel` must be a boolean
            {'source':'a','target':'b','query_params':'x'} | parameter `query_params` must be a JSON object
            {'source':'a','target':'b','doc_ids':'a'}     | parameter `doc_ids` must be an array of strings
            {'source':'a','target':'b','doc_ids':[1]}     | parameter `doc_ids` must be an array of strings
            {'source':'a','target':'b','filter':''}       | parameter `filter` must be a non-empty string
            {'source':'a','target':'b','selector':'x'}    | parameter `selector` must be a JSON object
            {'source':'a','target':'b','selector':{'a':{'$no':1}}} | parameter `selector` is no selector:
            {'source':'a','target':'b','selector':{},'filter':'x/y'} | `doc_ids`,`filter`,`selector` are mutually exclusive
            {'source':'a','target':'b','since_seq':{}}    | parameter `since_seq` must be a sequence
            {'source':'a','target':'b','worker_processes':0} | parameter `worker_processes` must be a whole number from 1 to 1000
            {'source':'a','target':'b','worker_batch_size':1.5} | parameter `worker_batch_size` must be a whole number from 1 to 10000
            {'source':'a','target':'b','http_connections':'x'} | parameter `http_connections` must be a whole number from 1 to 10000
            {'source':'a','target':'b','connection_timeout':0} | parameter `connection_timeout` must be a whole number from 1
            {'source':'a','target':'b','retries_per_request':-1} | parameter `retries_per_request` must be a whole number from 0
            {'source':'a','target':'b','checkpoint_interval':0} | parameter `checkpoint_interval` must be a whole number from 1
            {'source':'a','target':'b','heartbeat':0}     | parameter `heartbeat` must be a whole number from 1
            {'source':'a','target':'b','source_proxy':'http://p'} | parameter `source_proxy` is not supported by this server
            {'cancel':true,'id':7}                        | parameter `id` must be a non-empty string
            """)
    void whatMakesNoSenseIsNamed(String json, String reason) {
        var refusal = assertThrows(CouchException.class, () -> order(json)).error();
        assertEquals(400, refusal.status());
        assertTrue(refusal.reason().startsWith(reason), refusal.reason());
        assertFalse(refusal.reason().contains("secret"), refusal.reason());
    }
}
