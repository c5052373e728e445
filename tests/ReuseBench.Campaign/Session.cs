using System.Diagnostics;
using System.Text;
using ReuseBench.Linux;

namespace ReuseBench.Campaign;

/// <summary>Whose process is killed.</summary>
internal enum Victim
{
    /// <summary>Nobody's: the control.</summary>
    Nobody,
    Orchestrator,
    Server,
    Swarm,
}

/// <summary>A process that is to be killed, and when.</summary>
/// <param name="Victim">Whose.</param>
/// <param name="Signals">In this order, a moment apart.</param>
/// <param name="After">From the start of the session.</param>
/// <param name="ChildAge">Once there is such a child: how long it is left alone.</param>
internal sealed record Strike(Victim Victim, IReadOnlyList<Signal> Signals, TimeSpan After, TimeSpan ChildAge)
{
    /// <summary>Between two signals: an impatient user's.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(150);

    /// <summary>Such as <c>SIGINT twice</c>.</summary>
    public string SignalName => Signals is [var one] ? NameOf(one) : $"{NameOf(Signals[0])} twice";

    /// <summary>What nobody does.</summary>
    public static Strike None { get; } = new(Victim.Nobody, [], TimeSpan.Zero, TimeSpan.Zero);

    private static string NameOf(Signal signal) => signal switch
    {
        Signal.Kill => "SIGKILL",
        Signal.Terminate => "SIGTERM",
        _ => "SIGINT",
    };
}

/// <summary>One process of <c>run</c>, new or resumed, with all that it starts.</summary>
internal sealed class Session : IDisposable
{
    /// <summary>In the environment of all that a session starts.</summary>
    private const string Mark = "REUSEBENCH_CAMPAIGN_SESSION";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    private readonly Process _process;
    private readonly string _mark;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly StringBuilder _said = new();
    private TimeSpan? _struckAt;

    private Session(Process process, string mark)
    {
        _process = process;
        _mark = mark;
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Wall time so far.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>When a process was killed, of the host's clock; null where none was.</summary>
    public DateTime? StruckUtc { get; private set; }

    /// <summary>From the signal to the end of an orchestrator that was told to end; null for anything else.</summary>
    public TimeSpan? EndedAfter { get; private set; }

    /// <summary>What it said on both streams.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <param name="place">Where it runs.</param>
    /// <param name="number">Of this campaign; makes its mark.</param>
    /// <param name="arguments">Of the program.</param>
    public static Session Start(OwnPlace place, int number, params string[] arguments)
    {
        string mark = $"{Environment.ProcessId}-{number}";
        ProcessStartInfo start = new(OwnPlace.ReuseBench, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = place.CurrentFolder,
        };
        start.Environment[Mark] = mark;
        start.Environment["HOME"] = place.Home;

        // As a user has it: what the runtime leaves in /tmp is the program's.
        start.Environment.Remove("DOTNET_EnableDiagnostics");
        Process process = Process.Start(start) ?? throw new CampaignException("the program did not start");
        process.StandardInput.Close();
        return new Session(process, mark);
    }

    /// <summary>Kills what is to be killed, when it is to be.</summary>
    /// <returns>Whether it was still there.</returns>
    public bool Take(Strike strike)
    {
        if (strike.Victim == Victim.Nobody || _process.WaitForExit(strike.After) || Find(strike) is not int pid)
        {
            return false;
        }

        // Before the signal: what ends by it has ended later.
        DateTime now = DateTime.UtcNow;
        TimeSpan at = _clock.Elapsed;
        if (ChildProcess.Kill(pid, strike.Signals[0]) != 0)
        {
            return false;
        }

        StruckUtc = now;
        _struckAt = strike.Victim == Victim.Orchestrator ? at : null;
        foreach (Signal signal in strike.Signals.Skip(1))
        {
            if (!_process.WaitForExit(Strike.Patience))
            {
                _ = ChildProcess.Kill(pid, signal);
            }
        }

        return true;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code; null where it did not end in time and was killed.</returns>
    public int? WaitForExit(TimeSpan limit)
    {
        if (!_process.WaitForExit(limit))
        {
            _ = ChildProcess.Kill(_process.Id, Signal.Kill);
            _process.WaitForExit();
            return null;
        }

        EndedAfter = _clock.Elapsed - _struckAt;
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Its memory that no file backs, in bytes; null once it has ended.</summary>
    public long? MemoryBytes() => ReadText($"/proc/{_process.Id}/status")?.Split('\n')
        .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
        .Select(line => (long?)(long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024)).FirstOrDefault();

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => _ = ChildProcess.Kill(_process.Id, Signal.Interrupt);

    /// <summary>Waits a while for its end.</summary>
    public bool HasEndedAfter(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>Processes that have its mark, such as <c>4711 reusebench serve …</c>, once they had time to end.</summary>
    public IReadOnlyList<string> ProcessesLeft()
    {
        Stopwatch waited = Stopwatch.StartNew();
        List<string> left = Marked();
        while (left.Count > 0 && waited.Elapsed < CampaignPlan.RemainsLimit)
        {
            Thread.Sleep(Poll);
            left = Marked();
        }

        return left;
    }

    public void Dispose()
    {
        // What was counted as left is not to be counted again.
        foreach (string left in Marked())
        {
            _ = ChildProcess.Kill(int.Parse(left.Split(' ')[0]), Signal.Kill);
        }

        _process.Dispose();
    }

    /// <summary>The process to kill: a child may have to be waited for.</summary>
    private int? Find(Strike strike)
    {
        if (strike.Victim == Victim.Orchestrator)
        {
            return _process.Id;
        }

        string role = strike.Victim == Victim.Server ? "serve" : "load";
        while (Children(role).Length == 0)
        {
            if (_process.WaitForExit(Poll))
            {
                return null;
            }
        }

        if (_process.WaitForExit(strike.ChildAge))
        {
            return null;
        }

        // Of a group of processes any; by the moment, so that the same seed does not always take the first.
        int[] children = Children(role);
        return children.Length == 0 ? null : children[(int)(strike.ChildAge.Ticks % children.Length)];
    }

    /// <summary>Those in a role, its children's children included.</summary>
    private int[] Children(string role) =>
        [.. Family(_process.Id).Where(pid => ReadText($"/proc/{pid}/cmdline")?.Split('\0').Contains(role) == true)];

    private static IEnumerable<int> Family(int pid) => ProcessFamily.ChildrenOf(pid).SelectMany(child => Family(child).Prepend(child));

    private List<string> Marked()
    {
        string mark = $"{Mark}={_mark}\0";
        List<string> marked = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            if (ReadText($"{folder}/environ")?.Contains(mark, StringComparison.Ordinal) == true)
            {
                marked.Add($"{Path.GetFileName(folder)} {ReadText($"{folder}/cmdline")?.Replace('\0', ' ').Trim()}");
            }
        }

        return marked;
    }

    /// <returns>Null where it cannot be read, as of a process that has ended.</returns>
    private static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Add(string? line)
    {
        lock (_said)
        {
            _ = line is null ? _said : _said.Append(line).Append('\n');
        }
    }
}
