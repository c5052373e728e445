using System.Runtime.Versioning;
using System.Text.Json;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Shared;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>docs/SERVERS.md, "Add yours in ten minutes", done as it is written there, with a small server in the place of the reader's own.</summary>
[SupportedOSPlatform("linux")]
public sealed class OwnAdapterTests
{
    private const string Page = "docs/SERVERS.md";
    private const string ProgramOfPage = "/opt/shop/bin/shop";
    private const string PortOfPage = " --port 8080";

    [Fact]
    public void The_example_of_the_page_starts_is_loaded_reloads_and_is_measured()
    {
        using TestFolder folder = new();
        string shop = folder.At("shop");
        File.WriteAllText(shop, $"#!{Tools.Require("python3")}\n{Shop}");
        File.SetUnixFileMode(shop, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string[] blocks = File.ReadAllText(Repository.At(Page)).Split("```\n");
        string adapter = Assert.Single(blocks, block => block.StartsWith("name: shop\n", StringComparison.Ordinal));
        Assert.Contains(ProgramOfPage, adapter, StringComparison.Ordinal);
        File.WriteAllText(folder.At("shop.yaml"), adapter.Replace(ProgramOfPage, shop, StringComparison.Ordinal));
        string line = Assert.Single(Documents.CommandLines(Page), l => l.Contains("./shop.yaml", StringComparison.Ordinal));
        Assert.Contains(PortOfPage, line, StringComparison.Ordinal);

        using (RunningProgram serve = RunningProgram.StartIn(
            folder.Path, RunningProgram.ReuseBench, line.Replace(PortOfPage, "", StringComparison.Ordinal).Split(' ')))
        {
            ServerReady ready = JsonSerializer.Deserialize(serve.WaitForLine(ServerReady.Prefix), WireJson.Default.ServerReady)!;
            Assert.Equal(("shop 1.2.3", "each", 4), (ready.Program, ready.Variant, ready.ListenersMeant));

            // On a busy host one may be opened after they were counted: then that is said.
            Eventually.Holds(
                () => ready.Listeners == 4 || serve.Errors.Contains("not-the-mode: ", StringComparison.Ordinal),
                () => $"{ready.Listeners} sockets; it said: {serve.Errors}");
            _ = BusyHost.OneOfFew(
                () =>
                {
                    Outcome load = RunningProgram.Run(
                        RunningProgram.ReuseBench, "load", $"http://{ready.Address}:{ready.Port}/", "-c", "8", "-d", "500ms", "--warmup", "100ms", "--json");
                    Assert.True(load.HasMeasured, load.Errors);
                    return JsonSerializer.Deserialize(load.Output, WireJson.Default.LoadDocument)!;
                },
                document => Assert.True(document.Requests > 0, "nothing was answered"));
            serve.Process.StandardInput.WriteLine("reload hup");
            serve.Process.StandardInput.Flush();
            serve.WaitForLine(ServerReloaded.Prefix);
            Assert.Equal(0, ChildProcess.Kill(serve.Process.Id, Signal.Terminate));
            Assert.Equal(0, serve.WaitForExit().ExitCode);
        }

        File.WriteAllText(folder.At("mine.yaml"), "groups: [{server: ./shop.yaml, workers: 2, warmup: 100ms, duration: 300ms, connections: 4}]");
        using RunningProgram run = RunningProgram.StartIn(folder.Path, RunningProgram.ReuseBench, "run", "mine.yaml", "--out", "run");
        Outcome measured = run.WaitForExit();
        Assert.True(measured.HasMeasured, measured.Output + measured.Errors);
        ResultRow row = Assert.Single(TableFile.Read<ResultRow>(Path.Combine(folder.At("run"), Tables.Results.FileName)));
        Assert.True(row.Failure is null, row.Failure);
        Assert.Equal(("shop 1.2.3", 1), (row.ServerVersion, row.Listeners));
    }

    private const string Shop = """
        import json, signal, socket, sys, threading
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        if sys.argv[1:] == ["--version"]:
            print("shop 1.2.3")
            sys.exit()

        with open(sys.argv[sys.argv.index("--config") + 1]) as file:
            settings = json.load(file)
        host, port = settings["listen"].rsplit(":", 1)
        answer = settings["answer"].encode()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            def log_message(self, *_):
                pass

        for _ in range(settings["threads"] if settings["reusePort"] else 1):
            server = ThreadingHTTPServer((host, int(port)), Handler, bind_and_activate=False)
            server.request_queue_size = settings["backlog"]
            if settings["reusePort"]:
                server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            server.server_bind()
            server.server_activate()
            threading.Thread(target=server.serve_forever, daemon=True).start()

        signal.signal(signal.SIGHUP, lambda *_: None)
        while True:
            signal.pause()

        """;
}
