using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ReuseBench.Bench.Adapters;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.SystemTests;

/// <summary>
/// Servers of somebody else by their adapters, as <c>serve --server</c> starts them. Each whose program is there is started with two workers in every
/// mode: it is ready, its sockets are counted, it answers, does each of its reloads once, stops, and leaves nothing.
/// </summary>
public sealed class AdapterTests
{
    private const int Workers = 2;
    private const int Requests = 100;
    private const string Body = "xxxxx";

    public static TheoryData<string, string> Modes =>
        [.. AdapterCatalogue.BuiltIn().SelectMany(name => AdapterCatalogue.Require(name).Modes.Select(mode => (name, mode.Name)))];

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task It_serves_and_reloads_in_its_mode_and_leaves_nothing(string name, string mode)
    {
        ServerAdapter adapter = RequireInstalled(name, mode);
        using RunningProgram serve = Serve("--server", name, "--server-mode", mode, "--workers", $"{Workers}", "--response-bytes", $"{Body.Length}");
        ServerReady ready = ReadyOf(serve);
        Assert.StartsWith($"{name} ", ready.Program, StringComparison.Ordinal);
        Assert.Equal(mode, ready.Variant);

        // On a busy host one of them may open its socket after they were counted: then that is said.
        Assert.InRange(
            ListeningSockets.Of(ready.Port, ready.Pids).Held.Count, ready.Listeners, Math.Max(ready.Listeners, ready.ListenersMeant ?? ready.Listeners));
        Eventually.Holds(
            () => ready.Listeners == ready.ListenersMeant || serve.Errors.Contains("not-the-mode: ", StringComparison.Ordinal),
            () => $"{ready.Listeners} sockets, {ready.ListenersMeant} meant; it said: {serve.Errors}");
        await RequireAnswers(ready, Requests);
        HashSet<int> pids = [.. ready.Pids];
        foreach (AdapterReload reload in adapter.ReloadsOf(adapter.RequireMode(mode)))
        {
            serve.Process.StandardInput.WriteLine(new ReloadOrder(reload.Name).ToText());
            serve.Process.StandardInput.Flush();
            ServerReloaded done = JsonSerializer.Deserialize(
                serve.WaitForLine($"{ServerReloaded.Prefix}{{\"reload\":\"{reload.Name}\"").Insert(0, $"{{\"reload\":\"{reload.Name}\""),
                WireJson.Default.ServerReloaded)!;
            Assert.True(done.OverNs > done.ToldNs, $"{reload.Name} was not over in time; it said: {serve.Errors}");
            Assert.True(reload.Replaces == ReplacedProcesses.Nothing || done.Pids.Except(pids).Any(), $"{reload.Name} replaced no process");
            pids.UnionWith(done.Pids);
            await RequireAnswers(ready, Requests / 10);
        }

        Assert.Equal(0, ChildProcess.Kill(serve.Process.Id, Signal.Terminate));
        Outcome outcome = serve.WaitForExit();
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains(ServerStats.Prefix, outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("was killed", outcome.Errors, StringComparison.Ordinal);
        Assert.All(pids, pid => Assert.True(ProcessFamily.HasEnded(pid), $"process {pid} is left"));
        Assert.Equal(0, TcpTable.Read().Count(TcpState.Listen, ready.Port));
    }

    /// <summary>The sockets are counted, and the configuration proves nothing: a server of one socket that claims one for each worker.</summary>
    [Fact]
    public void A_mode_that_opens_fewer_sockets_than_it_means_is_said()
    {
        using TestFolder folder = new();
        string adapter = OneSocket(folder, listeners: "{workers}", start: "http.server");
        using RunningProgram serve = Serve("--server", adapter, "--workers", $"{Workers}");
        ServerReady ready = ReadyOf(serve);
        Assert.Equal((1, 2), (ready.Listeners, ready.ListenersMeant));
        Eventually.Holds(
            () => serve.Errors.Contains("not-the-mode: one-socket 3", StringComparison.Ordinal), () => serve.Errors);
    }

    [Fact]
    public void A_server_that_ends_before_it_serves_is_one_line_with_what_it_said()
    {
        using TestFolder folder = new();
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "serve", "--server", OneSocket(folder, listeners: "1", start: "no_such_module"));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("one-socket ended with exit code 1 before it served: ", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("No module named no_such_module", outcome.Errors, StringComparison.Ordinal);
    }

    /// <summary>A server may signal its whole process group, and fork what nobody waits for.</summary>
    [Fact]
    public void A_server_has_a_session_of_its_own_and_its_orphans_go_with_it()
    {
        string python = Tools.Require("python3");
        using TestFolder folder = new();
        string adapter = folder.At("forking.yaml");
        File.WriteAllText(adapter, $$"""
            name: forking
            find: [{{python}}]
            version: {arguments: [--version], pattern: 'Python (\S+)'}
            modes: {shared: {listeners: 1} }
            files:
              server.py: |
                import os, signal, sys, time
                from http.server import HTTPServer, BaseHTTPRequestHandler
                def tell(*_):
                    os.killpg(0, signal.SIGWINCH)
                class Handler(BaseHTTPRequestHandler):
                    protocol_version = "HTTP/1.1"
                    def do_GET(self):
                        self.send_response(200)
                        self.send_header("Content-Length", "0")
                        self.end_headers()
                    def log_message(self, *_):
                        pass
                if os.fork() == 0:
                    if os.fork() == 0:
                        signal.signal(signal.SIGTERM, signal.SIG_IGN)
                        time.sleep(600)
                    os._exit(0)
                os.wait()
                tell()
                signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
                HTTPServer(("{bind}", {port}), Handler).serve_forever()
            start: ["{program}", "{dir}/server.py"]
            workers: {are: children}
            stop: {signal: TERM, limit: 500ms}
            """);
        using RunningProgram serve = Serve("--server", adapter);
        ServerReady ready = ReadyOf(serve);
        Assert.Equal(2, ready.Pids.Length);
        Assert.Equal(0, ChildProcess.Kill(serve.Process.Id, Signal.Terminate));
        Outcome outcome = serve.WaitForExit();
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains("forking did not end within 500ms", outcome.Errors, StringComparison.Ordinal);
        Assert.All(ready.Pids, pid => Assert.True(ProcessFamily.HasEnded(pid), $"process {pid} is left"));
    }

    [Theory]
    [InlineData("--server ngnix", "server: 'ngnix' is unknown; did you mean 'nginx'? Use one of apache, ")]
    [InlineData("--server ./none.yaml", "server: there is no file './none.yaml'; name an adapter file, or one of apache, ")]
    [InlineData("--server nginx --server-mode reusport", "server_mode of nginx: 'reusport' is unknown; did you mean 'reuseport'? Use one of shared, reuseport")]
    [InlineData("--server nginx --variant shared", "variant: has no effect here, since only our own server has it, and the server is nginx; leave it out")]
    [InlineData("--server nginx --service-time 1ms", "service-time: has no effect here, since only our own server has it")]
    [InlineData("--server-mode reuseport", "server-mode: has no effect here, since no server of somebody else is named; leave it out")]
    [InlineData("--server nginx --response-bytes 4096", "response-bytes: 4096 is out of range for a server of somebody else; use 0 to 1024")]
    public void What_cannot_be_is_refused_in_one_line(string arguments, string says)
    {
        Outcome outcome = ProgramInProcess.Run(["serve", .. arguments.Split(' ')]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, Assert.Single(outcome.Errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_taken_is_one_line()
    {
        RequireInstalled("nginx", "shared");
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        string port = $"{((IPEndPoint)taken.LocalEndPoint!).Port}";
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "serve", "--server", "nginx", "--port", port);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains($"port: 127.0.0.1:{port} cannot be had", Assert.Single(outcome.Errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private static ServerAdapter RequireInstalled(string name, string mode)
    {
        ServerAdapter adapter = AdapterCatalogue.Require(name);
        Assert.SkipWhen(adapter.FindProgram() is null, adapter.NotInstalled);
        string version = AdaptedServer.VersionOf(adapter, adapter.FindProgram()!);
        string? old = AdaptedServer.WhyTooOld(adapter, adapter.RequireMode(mode), version);
        Assert.SkipWhen(old is not null, $"needs {old}");
        return adapter;
    }

    /// <summary>Python's own server, which listens on one socket whatever it is told.</summary>
    private static string OneSocket(TestFolder folder, string listeners, string start)
    {
        string python = Tools.Require("python3");
        string adapter = folder.At("one-socket.yaml");
        File.WriteAllText(adapter, $$"""
            name: one-socket
            find: [{{python}}]
            version: {arguments: [--version], pattern: 'Python (\S+)'}
            modes: {each: {listeners: "{{listeners}}"} }
            start: ["{program}", -m, {{start}}, --bind, "{bind}", "{port}"]
            workers: {are: main}
            stop: {signal: INT}
            """);
        return adapter;
    }

    private static RunningProgram Serve(params string[] arguments) => RunningProgram.Start(RunningProgram.ReuseBench, ["serve", .. arguments]);

    private static ServerReady ReadyOf(RunningProgram serve) =>
        JsonSerializer.Deserialize(serve.WaitForLine(ServerReady.Prefix), WireJson.Default.ServerReady)!;

    private static async Task RequireAnswers(ServerReady ready, int count)
    {
        using HttpClient client = new();
        for (int request = 0; request < count; request++)
        {
            Assert.Equal(Body, await client.GetStringAsync(new Uri($"http://{ready.Address}:{ready.Port}/"), TestContext.Current.CancellationToken));
        }
    }
}
