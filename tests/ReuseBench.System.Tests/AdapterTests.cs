using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ReuseBench.Bench.Adapters;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
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
        foreach ((int before, AdapterReload reload) in adapter.ReloadsOf(adapter.RequireMode(mode)).Index())
        {
            ServerReloaded done = Reloaded(serve, reload.Name, before + 1);
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

    public static TheoryData<string, string> Services =>
        [.. AdapterCatalogue.BuiltIn().Select(AdapterCatalogue.Require).SelectMany(a => a.Service.Select(kind => (a.Name, Names.Of(kind))))];

    /// <summary>
    /// As much CPU time as was told, or as long without. Work is told in rounds of a loop, and a core that others leave alone does them faster than when they
    /// were calibrated.
    /// </summary>
    [Theory]
    [MemberData(nameof(Services))]
    public async Task Each_request_takes_the_service_time_that_was_told(string name, string kind)
    {
        const int TimeMs = 20;
        const int Count = 25;
        RequireInstalled(name, AdapterCatalogue.Require(name).Modes[0].Name);
        ServiceTime time = new(Duration.FromMilliseconds(TimeMs), Kind: Names.Parse<ServiceKind>(kind, "kind"));
        using RunningProgram serve = Serve("--server", name, "--service-time", $"{time}", "--response-bytes", $"{Body.Length}");
        ServerReady ready = ReadyOf(serve);

        // What is only done for the first.
        await RequireAnswers(ready, 2);
        long beforeNs = ProcessFamily.CpuNsBelow(serve.Process.Id);
        Stopwatch clock = Stopwatch.StartNew();
        await RequireAnswers(ready, Count);
        double tookMs = clock.Elapsed.TotalMilliseconds;
        double cpuMs = (ProcessFamily.CpuNsBelow(serve.Process.Id) - beforeNs) / 1e6;

        // CPU time is counted in ticks, of which a process may have begun one.
        bool isRight = time.Kind switch
        {
            ServiceKind.Cpu => cpuMs >= 0.9 * TimeMs * Count,
            ServiceKind.Wait => tookMs >= TimeMs * Count && cpuMs < TimeMs * Count,
            _ => cpuMs >= 0.5 * TimeMs * Count,
        };
        Assert.True(isRight, $"{Count} requests of {time} took {tookMs:0} ms and {cpuMs:0} ms of CPU time");
    }

    /// <summary>Programs of ours that are no .NET draw by the formula that they are given.</summary>
    [Theory]
    [InlineData("python3", "-c", "from math import log\nfor u in [SHARES]:\n  print(FORMULA)")]
    [InlineData("node", "-e", "const { log } = Math; for (const u of [SHARES]) console.log(FORMULA)")]
    public void A_script_draws_the_service_times_of_our_own_server(string interpreter, string option, string script)
    {
        string program = Tools.Require(interpreter);
        double[] shares = [0, 0.1, 0.5, 0.8999, 0.9, 0.95, 0.999, 0.9999999];
        Assert.All(Enum.GetValues<ServiceSpread>(), spread =>
        {
            ServiceTime time = new(Duration.FromMicroseconds(50), spread);
            string code = script.Replace("SHARES", string.Join(", ", shares.Select(s => s.ToString(CultureInfo.InvariantCulture))), StringComparison.Ordinal)
                .Replace("FORMULA", AdapterService.FormulaOf(time), StringComparison.Ordinal);
            Outcome outcome = RunningProgram.Run(program, option, code);
            Assert.True(outcome.ExitCode == 0, outcome.Errors);
            double[] drawn = [.. outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
            Assert.Equal(shares.Length, drawn.Length);
            Assert.All(shares.Zip(drawn), pair =>
                Assert.Equal(1, (1 + pair.Second) / (1 + (50_000 * ServiceSpreads.Quantile(spread, pair.First))), 1e-9));
        });
    }

    /// <summary>The kernel may let a sleep last 50 µs longer than it was told to, which our own servers have it leave.</summary>
    [Theory]
    [InlineData("5ms:wait", true)]
    [InlineData("0s", false)]
    public async Task A_server_that_shall_sleep_for_a_time_has_exact_timers(string time, bool isExact)
    {
        string python = Tools.Require("python3");
        using TestFolder folder = new();
        string adapter = folder.At("sleeper.yaml");
        File.WriteAllText(adapter, $$"""
            name: sleeper
            find: [{{python}}]
            version: {arguments: [--version], pattern: 'Python (\S+)'}
            modes: {shared: {listeners: 1} }
            files:
              server.py: |
                import ctypes
                from http.server import HTTPServer, BaseHTTPRequestHandler
                PR_GET_TIMERSLACK = 30
                class Handler(BaseHTTPRequestHandler):
                    protocol_version = "HTTP/1.1"
                    def do_GET(self):
                        slack = str(ctypes.CDLL(None).prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0)).encode()
                        self.send_response(200)
                        self.send_header("Content-Length", str(len(slack)))
                        self.end_headers()
                        self.wfile.write(slack)
                    def log_message(self, *_):
                        pass
                HTTPServer(("{bind}", {port}), Handler).serve_forever()
            start: ["{program}", "{dir}/server.py", "{service_time}"]
            workers: {are: main}
            service: [wait]
            stop: {signal: TERM}
            """);
        using RunningProgram serve = Serve("--server", adapter, "--service-time", time);
        Assert.Equal(isExact, await Get(ReadyOf(serve)) == "1");
    }

    /// <summary>A server whose new process has to know the how many-th it is, as Envoy's.</summary>
    [Fact]
    public async Task A_process_that_makes_the_one_before_end_knows_the_how_many_th_it_is()
    {
        string python = Tools.Require("python3");
        using TestFolder folder = new();
        string adapter = folder.At("epochs.yaml");
        File.WriteAllText(adapter, $$"""
            name: epochs
            find: [{{python}}]
            version: {arguments: [--version], pattern: 'Python (\S+)'}
            modes: {shared: {listeners: 1} }
            files:
              server.py: |
                import os, signal, socket, sys
                from http.server import HTTPServer, BaseHTTPRequestHandler
                class Handler(BaseHTTPRequestHandler):
                    protocol_version = "HTTP/1.1"
                    def do_GET(self):
                        self.send_response(200)
                        self.send_header("Content-Length", str(len(sys.argv[1])))
                        self.end_headers()
                        self.wfile.write(sys.argv[1].encode())
                    def log_message(self, *_):
                        pass
                server = HTTPServer(("{bind}", {port}), Handler, bind_and_activate=False)
                server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                server.server_bind()
                server.server_activate()
                for old in sys.argv[2:]:
                    os.kill(int(old), signal.SIGTERM)
                server.serve_forever()
            start: ["{program}", "{dir}/server.py", "{generation}"]
            workers: {are: main}
            reloads:
              next: {again: ["{program}", "{dir}/server.py", "{generation}", "{main}"]}
              restart: {stop_first: true}
            stop: {signal: TERM}
            """);
        using RunningProgram serve = Serve("--server", adapter);
        ServerReady ready = ReadyOf(serve);
        List<string> seen = [await Get(ready)];
        foreach (string reload in (string[])["next", "next", "restart", "next"])
        {
            Assert.True(Reloaded(serve, reload, seen.Count).OverNs is not null, $"{reload} was not over in time; it said: {serve.Errors}");
            seen.Add(await Get(ready));
        }

        Assert.Equal(["0", "1", "2", "0", "1"], seen);
    }

    [Theory]
    [InlineData("--server ngnix", "server: 'ngnix' is unknown; did you mean 'nginx'? Use one of apache, ")]
    [InlineData("--server ./none.yaml", "server: there is no file './none.yaml'; name an adapter file, or one of apache, ")]
    [InlineData("--server nginx --server-mode reusport", "server_mode of nginx: 'reusport' is unknown; did you mean 'reuseport'? Use one of shared, reuseport")]
    [InlineData("--server nginx --variant shared", "variant: has no effect here, since only our own server has it, and the server is nginx; leave it out")]
    [InlineData("--server nginx --service-time 1ms", "service_time: nginx runs no program of ours that could spend '1ms' on a request; leave it out, or use ")]
    [InlineData("--server node --service-time 1ms", "service_time: '1ms' is work, and node takes cpu, wait; write 1ms:cpu or 1ms:wait")]
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

    /// <param name="serve">That is told.</param>
    /// <param name="reload">By name.</param>
    /// <param name="number">The how many-th that it is told.</param>
    private static ServerReloaded Reloaded(RunningProgram serve, string reload, int number)
    {
        serve.Process.StandardInput.WriteLine(new ReloadOrder(reload).ToText());
        serve.Process.StandardInput.Flush();
        string[] said = [];
        Eventually.Holds(
            () => (said = [.. serve.Output.Split('\n').Where(l => l.StartsWith(ServerReloaded.Prefix, StringComparison.Ordinal))]).Length >= number,
            () => $"{reload}: {serve.Output}{serve.Errors}");
        return JsonSerializer.Deserialize(said[number - 1][ServerReloaded.Prefix.Length..], WireJson.Default.ServerReloaded)!;
    }

    private static async Task<string> Get(ServerReady ready)
    {
        using HttpClient client = new();
        return await client.GetStringAsync(new Uri($"http://{ready.Address}:{ready.Port}/"), TestContext.Current.CancellationToken);
    }

    private static async Task RequireAnswers(ServerReady ready, int count)
    {
        using HttpClient client = new();
        for (int request = 0; request < count; request++)
        {
            Assert.Equal(Body, await client.GetStringAsync(new Uri($"http://{ready.Address}:{ready.Port}/"), TestContext.Current.CancellationToken));
        }
    }
}
