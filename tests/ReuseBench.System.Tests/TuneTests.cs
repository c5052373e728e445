using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ReuseBench.Core.Results;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

/// <summary>
/// <c>tune</c> on servers of ours and on one whose best worker count is planted. Whether an answer can be had on a busy host is the host's matter.
/// </summary>
public sealed class TuneTests
{
    /// <summary>Worker count of the planted server beyond which another worker adds nothing.</summary>
    private const int Useful = 2;

    [Fact]
    public void Every_count_is_measured_and_the_answer_is_in_the_folder()
    {
        using TestFolder folder = new();
        string run = folder.At("run");
        Outcome outcome = RunningProgram.Run(
            RunningProgram.ReuseBench, "tune", "--workers", "1,2", "--budget", "6s", "--duration", "300ms", "--service-time", "100us", "--out", run, "--json");
        Assert.True(outcome.Output.Length > 0, $"exit code {outcome.ExitCode}: {outcome.Errors}");
        JsonNode answer = Assert.Single(JsonNode.Parse(outcome.Output)!.AsArray())!;
        Assert.Equal(outcome.Output.Trim(), File.ReadAllText(Path.Combine(run, "tune.json")).Trim());
        Assert.Equal(("reuseport", "throughput"), ((string?)answer["variant"], (string?)answer["figure"]));
        Assert.Equal((string?)answer["problem"] is null ? 0 : 4, outcome.ExitCode);
        Assert.True(File.Exists(Path.Combine(run, "report.html")));
        Assert.Equal(
            [1, 2], TableFile.Read<ResultRow>(Path.Combine(run, Tables.Results.FileName)).Select(r => r.Cell.Server.Workers).Distinct().Order());
    }

    [Fact]
    public void A_server_of_somebody_else_is_set_to_every_count()
    {
        // By chance, or where the host stood still, another count may come out as proven, in one attempt and not in the next.
        (JsonNode answer, Outcome outcome, int[] counts) = BusyHost.OneOfFew(() => TunePlanted("12s"), run => AssertNotWrong(run.Answer));

        // What the command prints is no part of the answer.
        Assert.Contains("set to 2", outcome.Errors, StringComparison.Ordinal);
        Assert.Superset(new HashSet<int> { 1, 2, 4 }, counts.ToHashSet());
        Assert.Equal((string?)answer["problem"] is null ? 0 : 4, outcome.ExitCode);
    }

    [Fact]
    [Trait("needs", "quiet")]
    public void The_planted_worker_count_is_found()
    {
        BusyHost.OneOf(
            () => TunePlanted("30s"),
            run =>
            {
                AssertNotWrong(run.Answer);
                Assert.Equal(Useful, (int)run.Answer["workers"]!);
            },
            attempts: 2,
            untold: run => (bool)run.Answer["is_proven"]! ? null : "no count is proven on this host");
    }

    /// <summary>No answer that is called proven is another than the planted one.</summary>
    private static void AssertNotWrong(JsonNode answer) =>
        Assert.False((bool)answer["is_proven"]! && (int)answer["workers"]! != Useful, answer.ToJsonString());

    private static (JsonNode Answer, Outcome Outcome, int[] Counts) TunePlanted(string budget)
    {
        using TestFolder folder = new();
        using LockedServer server = new(folder.At("workers"), Useful);
        string script = folder.At("set workers.sh");
        File.WriteAllText(script, $"echo \"$1\" > \"{folder.At("workers")}\"\necho set to \"$1\"\n");
        Outcome outcome = RunningProgram.Run(
            RunningProgram.ReuseBench, "tune", "--target", $"127.0.0.1:{server.Port}", "--set-workers", $"/bin/sh '{script}' {{workers}}", "--workers", "1,2,4",
            "--budget", budget, "--duration", "500ms", "--json");
        Assert.True(outcome.Output.Length > 0, $"exit code {outcome.ExitCode}: {outcome.Errors}");
        JsonNode answer = Assert.Single(JsonNode.Parse(outcome.Output)!.AsArray())!;
        return (answer, outcome, server.Counts);
    }

    [Theory]
    [InlineData("--slo 'p99<2'", "slo: 'p99<2' is no objective")]
    [InlineData("--slo 'p98<2ms'", "slo: 'p98<2ms' is no objective")]
    [InlineData("--slo 'errors<0%'", "slo: 'errors<0%' is no objective")]
    [InlineData("--workers 1,two", "workers: 'two' is no count")]
    [InlineData("--margin 100%", "margin: '100%' is not a share above 0 and below 50 %")]
    [InlineData("--budget 2s", "budget: 2s is too short for two rounds")]
    [InlineData("--rate 0", "rate: 0 is out of range")]
    [InlineData("--variant restart", "variant: restart cannot be tuned; use one of shared, reuseport, single, all")]
    [InlineData("--variant restrt", "variant: 'restrt' is unknown; use one of shared, reuseport, single, all")]
    [InlineData("--target 127.0.0.1:80", "needs both --target and --set-workers")]
    [InlineData("--target 127.0.0.1:80 --set-workers 'true'", "set-workers: 'true' is no command that sets a worker count")]
    [InlineData("--target 127.0.0.1:80 --set-workers 'x {workers}' --variant shared", "variant: has no effect on a server of somebody else")]
    public void What_cannot_be_asked_is_one_line_before_anything_is_measured(string arguments, string says)
    {
        string[] words = [.. arguments.Split(' ').Aggregate(new List<string>(), Joined).Select(w => w.Trim('\''))];
        Outcome outcome = ProgramInProcess.Run(["tune", .. words]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, outcome.Errors, StringComparison.Ordinal);
        Assert.Single(outcome.Errors.Trim().Split('\n'));

        // A word that began with a quote goes on until one ends with it.
        static List<string> Joined(List<string> words, string word)
        {
            if (words.Count > 0 && words[^1].Count(c => c == '\'') == 1)
            {
                words[^1] += $" {word}";
            }
            else
            {
                words.Add(word);
            }

            return words;
        }
    }

    /// <summary>HTTP/1.1 with a thread a connection, of which so many answer at once as a file says, and never more than a lock lets through.</summary>
    private sealed class LockedServer : IDisposable
    {
        private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(4);
        private static readonly byte[] Answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly string _file;
        private readonly int _useful;
        private readonly List<int> _counts = [];
        private SemaphoreSlim _workers = new(1);

        public LockedServer(string file, int useful)
        {
            (_file, _useful) = (file, useful);
            _listener.Start(512);
            new Thread(Accept) { IsBackground = true }.Start();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int[] Counts
        {
            get
            {
                lock (_counts)
                {
                    return [.. _counts];
                }
            }
        }

        public void Dispose() => _listener.Dispose();

        private void Accept()
        {
            try
            {
                while (true)
                {
                    Socket socket = _listener.AcceptSocket();
                    new Thread(() => Serve(socket, WorkersNow())) { IsBackground = true }.Start();
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // It was disposed.
            }
        }

        private SemaphoreSlim WorkersNow()
        {
            int count = int.Parse(File.ReadAllText(_file), CultureInfo.InvariantCulture);
            lock (_counts)
            {
                if (_counts.Count == 0 || _counts[^1] != count)
                {
                    _counts.Add(count);
                    _workers = new SemaphoreSlim(Math.Min(count, _useful));
                }

                return _workers;
            }
        }

        private static void Serve(Socket socket, SemaphoreSlim workers)
        {
            byte[] buffer = new byte[4096];
            try
            {
                using (socket)
                {
                    // The swarm sends one request after the other, each in one segment.
                    while (socket.Receive(buffer) > 0)
                    {
                        workers.Wait();
                        Thread.Sleep(Work);
                        workers.Release();
                        socket.Send(Answer);
                    }
                }
            }
            catch (SocketException)
            {
                // The swarm ended it.
            }
        }
    }
}
