using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Host;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Tuning;

/// <summary>A command line that no shell reads; <c>{workers}</c> in any of its words stands for the count.</summary>
internal sealed record SetWorkersCommand(IReadOnlyList<string> Words)
{
    private const string Place = "{workers}";

    /// <summary>What it prints is no answer of ours: standard output may be the one of a JSON document. It hands its words on unread.</summary>
    private static readonly string[] ToStandardError = ["sh", "-c", "exec \"$@\" >&2", "set-workers"];

    /// <summary>Of sh(1), and of whatever else was told to start a program.</summary>
    private const int NotExecutable = 126;
    private const int NotFound = 127;

    /// <summary>Splits at blanks; quotes, single or double, keep a word together.</summary>
    /// <exception cref="UsageException">It is empty, ends within quotes, or names no place for the count.</exception>
    public static SetWorkersCommand Parse(string text)
    {
        List<string> words = [];
        StringBuilder? word = null;
        char? quote = null;
        foreach (char c in text)
        {
            if (quote == c)
            {
                quote = null;
            }
            else if (quote is null && c is '"' or '\'')
            {
                quote = c;
                word ??= new StringBuilder();
            }
            else if (quote is null && char.IsWhiteSpace(c))
            {
                words.AddRange(word is null ? [] : [$"{word}"]);
                word = null;
            }
            else
            {
                (word ??= new StringBuilder()).Append(c);
            }
        }

        words.AddRange(word is null ? [] : [$"{word}"]);
        return quote is null && words.Count > 0 && words.Exists(w => w.Contains(Place, StringComparison.Ordinal))
            ? new SetWorkersCommand(words)
            : throw new UsageException(
                $"set-workers: '{text}' is no command that sets a worker count; write a program and its arguments with {Place} where the count goes");
    }

    /// <summary>Runs it to its end. It sets the count and restarts the server; what it starts may stay.</summary>
    /// <exception cref="RepeatFailedException">It could not be started, failed, or did not end in time.</exception>
    public void Run(int workers)
    {
        string[] words = [.. Words.Select(w => w.Replace(Place, $"{workers}", StringComparison.Ordinal))];
        ProcessStartInfo start = new(ToStandardError[0], [.. ToStandardError[1..], .. words]) { UseShellExecute = false };
        try
        {
            using Process process = Process.Start(start)!;
            if (!process.WaitForExit(ForeignServer.Patience))
            {
                process.Kill();
                throw new RepeatFailedException($"'{string.Join(' ', words)}' did not end within {ForeignServer.Patience.TotalSeconds:0} s");
            }

            if (process.ExitCode != 0)
            {
                throw new RepeatFailedException($"'{string.Join(' ', words)}' ended with exit code {process.ExitCode}{MeaningOf(process.ExitCode)}");
            }
        }
        catch (Win32Exception e)
        {
            throw new RepeatFailedException($"'{ToStandardError[0]}' could not be started ({e.Message})");
        }
    }

    private static string MeaningOf(int exitCode) => exitCode switch
    {
        NotExecutable => ", which a shell gives where a command cannot be executed",
        NotFound => ", which a shell gives where a command is not found",
        _ => "",
    };
}

/// <summary>A server of somebody else: nothing is known of it but that it listens, and how its worker count is set.</summary>
internal sealed class ForeignServer : IServerUnderTest
{
    /// <summary>For the command to end, and for the server to listen after it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ForeignServer(IPEndPoint target, int workers) => Ready = new ServerReady
    {
        Address = $"{target.Address}",
        Port = target.Port,
        Pid = 0,
        Pids = [],
        Variant = "foreign",
        Workers = workers,
        Threads = workers,
        Listeners = 1,
        Options = [],
    };

    public ServerReady Ready { get; }

    public bool KeepsCounts => false;

    /// <exception cref="RepeatFailedException">It does not listen.</exception>
    public static ForeignServer Reach(IPEndPoint target, int workers)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using Socket probe = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                probe.Connect(target);
                return new ForeignServer(target, workers);
            }
            catch (SocketException) when (clock.Elapsed < Patience)
            {
                Thread.Sleep(20);
            }
            catch (SocketException e)
            {
                throw new RepeatFailedException($"nothing listens on {target} ({e.Message}) {Patience.TotalSeconds:0} s after its worker count was set");
            }
        }
    }

    public long? CpuNs() => null;

    public IReadOnlyDictionary<int, long> PinnedCpuNs() => new Dictionary<int, long>();

    public (long Voluntary, long Involuntary) ContextSwitches() => (0, 0);

    public IReadOnlyList<ServerEvent> Events() => [];

    public ServerStats Stop() => new() { Accepted = 0, Requests = 0, BadRequests = 0, Restarts = 0, CpuS = 0, Workers = [] };

    public void Dispose()
    {
        // It is not ours to end.
    }
}

/// <summary>Swarms of ours against a server of somebody else, whose worker count is set where it differs from the last.</summary>
internal sealed class ForeignChildren(IPEndPoint target, SetWorkersCommand command, RepeatLog log) : IChildren
{
    private readonly OwnChildren _own = new(null, log, Core.Units.CpuList.None, Core.Units.CpuList.None);

    /// <summary>The count that the server has; null before the first.</summary>
    public int? Workers { get; init; }

    public IServerUnderTest StartServer(ServerSettings settings, int workerBase = 0)
    {
        if (settings.Workers != Workers)
        {
            command.Run(settings.Workers);
        }

        return ForeignServer.Reach(target, settings.Workers);
    }

    public ISwarm StartSwarm(LoadSettings settings) => _own.StartSwarm(settings);
}
