using System.Text.Json;
using ReuseBench.Core.Wire;

namespace ReuseBench.SystemTests;

/// <summary>
/// Persistent connections to servers that are not ours, which are reloaded under the load: the swarm counts a request as failed where, by a packet
/// capture, the server closed on it, and nowhere else. What the server closed before the request came goes over a new connection, as HTTP clients do.
/// </summary>
[Trait("needs", "quiet")]
public sealed class ReloadTruthTests
{
    private const int Port = 8080;

    private const int Connections = 64;

    [Theory]
    [InlineData("")]
    [InlineData("--rate 3000")]
    public void What_nginx_closes_while_it_reloads_is_what_fails(string load)
    {
        string nginx = Tools.Require("nginx");
        Reload(
            load,
            folder =>
            {
                string configuration = folder.At("nginx.conf");
                File.WriteAllText(configuration, $$"""
                    user root;
                    worker_processes 2;
                    pid {{folder.At("nginx.pid")}};
                    error_log {{folder.At("nginx.log")}} notice;
                    events { worker_connections 1024; }
                    http {
                        access_log off;
                        keepalive_requests 10000000;
                        keepalive_timeout 300s;
                        client_body_temp_path {{folder.At("body")}};
                        proxy_temp_path {{folder.At("proxy")}};
                        fastcgi_temp_path {{folder.At("fastcgi")}};
                        uwsgi_temp_path {{folder.At("uwsgi")}};
                        scgi_temp_path {{folder.At("scgi")}};
                        server { listen 127.0.0.1:{{Port}} backlog=1024; location / { return 200 "hello"; } }
                    }
                    """);
                return ($"{nginx} -g 'daemon off;' -c {configuration} 2> {folder.At("server.log")}", "kill -HUP $server");
            });
    }

    [Theory]
    [InlineData("")]
    [InlineData("--rate 3000")]
    public void What_HAProxy_closes_while_it_reloads_is_what_fails(string load)
    {
        string haproxy = Tools.Require("haproxy");
        Reload(
            load,
            folder =>
            {
                string configuration = folder.At("haproxy.cfg");
                File.WriteAllText(configuration, $"""
                    global
                        maxconn 1024
                        nbthread 2
                    defaults
                        mode http
                        timeout client 300s
                        timeout server 300s
                        timeout connect 30s
                        timeout http-keep-alive 300s
                    frontend test
                        bind 127.0.0.1:{Port} backlog 1024
                        http-request return status 200 content-type text/plain string "hello"

                    """);
                return ($"{haproxy} -W -db -f {configuration} 2> {folder.At("server.log")}", "kill -USR2 $server");
            });
    }

    /// <param name="load">Options beside those of every case.</param>
    /// <param name="commands">What starts the server in the foreground, and what reloads it.</param>
    private static void Reload(string load, Func<TestFolder, (string Start, string Reload)> commands) => CapturedRun.Run(
        folder =>
        {
            (string start, string reload) = commands(folder);
            return $"""
                {start} &
                server=$!
                trap 'kill $server; wait $server' EXIT
                while ! grep -q ':{Port:X4} .* 0A ' /proc/net/tcp; do kill -0 $server || exit 9; sleep 0.02; done
                {RunningProgram.ReuseBench} load --target 127.0.0.1:{Port} --workload keepalive --connections {Connections} --worker-header '' \
                    --warmup 200ms --duration 3s --timeout 20s {load} --json > {folder.At("load.json")} 2> {folder.At("load.log")} &
                load=$!
                while kill -0 $load && ! grep -q begin {folder.At("load.log")}; do sleep 0.02; done
                while kill -0 $load 2> /dev/null; do {reload}; sleep 0.2; done
                wait $load
                """;
        },
        (folder, capture) =>
        {
            LoadDocument document = JsonSerializer.Deserialize(File.ReadAllText(folder.At("load.json")), WireJson.Default.LoadDocument)!;
            LifeCounts life = document.Life;
            TcpStreams.Stream[] seen = TcpStreams.Read(capture, Port);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{seen.Length} connections, {life.Answers} responses; ended on a request: {seen.Count(s => s.WasEndedOnRequest)}, reset on one: "
                + $"{seen.Count(s => s.WasResetOnRequest)}, ended before one: {seen.Count(s => s.WasEndedBeforeRequest)}, reset idle: "
                + $"{seen.Count(s => s.WasResetIdle)}; the swarm: {life.FailedRequests} failed, {life.ReusedClosed} sent again");

            // The server was reloaded, and closed connections.
            Assert.True(life.ConnectionsOpened > Connections, $"{life.ConnectionsOpened} connections were opened");
            Assert.Equal(seen.Sum(s => s.Responses), life.Answers);

            // A connection that has never carried a response is not known to be persistent: what it loses is lost.
            int ended = seen.Count(s => s.WasEndedOnRequest || (s.WasEndedBeforeRequest && s.Responses == 0));
            int again = seen.Count(s => s.WasEndedBeforeRequest && s.Responses > 0);
            int either = seen.Count(s => s.WasTakenAfterEnd && s.Responses > 0);
            Assert.Equal(
                (seen.Count(s => s.WasResetOnRequest), seen.Count(s => s.IsRefused)), (Failed("ECONNRESET"), Failed("ECONNREFUSED")));
            Assert.InRange(Failed("closed"), ended, ended + either);
            again -= Failed("closed") - ended;
            Assert.Equal(document.Errors.Sum(e => e.Count), Failed("closed") + Failed("ECONNRESET") + Failed("ECONNREFUSED"));

            // A request that the kernel does not take any more, since the connection was reset, is on no wire.
            Assert.InRange(life.ReusedClosed, again, again + seen.Count(s => s.WasResetIdle));
            Assert.Equal(seen.Sum(s => s.Requests), life.RequestsSent + again);

            int Failed(string error) => (int)document.Errors.Where(e => e.Error == error).Sum(e => e.Count);
        });
}
