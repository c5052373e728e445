using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Host;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Adapters;

/// <summary>
/// A server of somebody else that runs below this process, by its adapter: configuration written, started in a session of its own, looked at from
/// outside, reloaded, stopped with all its processes. Used by one thread, whose end is the server's end.
/// </summary>
internal sealed partial class AdaptedServer : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    /// <summary>From the first answer until every socket listens: workers that listen themselves do so one after the other.</summary>
    private static readonly TimeSpan SocketsLimit = TimeSpan.FromSeconds(3);

    /// <summary>Until what a reload replaces has gone, where nobody says how long that may take.</summary>
    private static readonly TimeSpan ReloadLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan VersionLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>For the few requests that ask whether it answers.</summary>
    private const int AnswerSeconds = 2;

    private const string OnlineFile = "/sys/devices/system/cpu/online";
    private const int SlotsPerWorker = 64;
    private const int MostWords = 40;

    private readonly ServerAdapter _adapter;
    private readonly AdapterMode _mode;
    private readonly string _folder;
    private readonly bool _ownsFolder;
    private readonly TextWriter _log;
    private readonly SockAddr _target;
    private readonly Dictionary<string, string> _words;
    private readonly Queue<string> _lastWords = new();
    private readonly List<Process> _started = [];

    private AdaptedServer(ServerAdapter adapter, AdapterMode mode, ServerSettings settings, string program, string? folder, TextWriter log)
    {
        _adapter = adapter;
        _mode = mode;
        _log = log;
        _ownsFolder = folder is null;
        _folder = folder ?? Directory.CreateTempSubdirectory("reusebench-server-").FullName;
        int port = settings.Port > 0 ? settings.Port : FreePort(settings.Bind);
        _target = SockAddr.From(settings.Bind, (ushort)port);
        _words = new Dictionary<string, string>(mode.Words)
        {
            ["program"] = program,
            ["dir"] = _folder,
            ["bind"] = $"{settings.Bind}",
            ["port"] = $"{port}",
            ["address"] = $"{new IPEndPoint(settings.Bind, port)}",
            [AdapterWords.Workers] = $"{settings.Workers}",
            ["slots"] = $"{SlotsPerWorker * settings.Workers}",
            ["backlog"] = $"{settings.Backlog}",
            ["response_bytes"] = $"{settings.ResponseBytes}",
            ["body"] = new string('x', settings.ResponseBytes),
            ["cpus"] = $"{OnlineCpus()}",
            ["spare_port"] = $"{FreePort(IPAddress.Loopback)}",
        };
    }

    /// <summary>Where it listens, on how many sockets, and which processes it has.</summary>
    public ServerReady Ready { get; private set; } = null!;

    /// <summary>How the process that was started has ended, such as <c>exit code 1</c>; null while it runs.</summary>
    public string? End => Main.HasExited ? $"exit code {Main.ExitCode}" : null;

    private Process Main => _started[^1];

    private int Port => _target.Port;

    /// <summary>Sockets that there should be, by the mode.</summary>
    private int Meant => int.Parse(AdapterWords.Replace(_mode.Listeners, _words), CultureInfo.InvariantCulture);

    /// <summary>Writes its configuration, starts it, and waits until it answers and has had time to open every socket.</summary>
    /// <param name="settings">With <see cref="ServerSettings.Program"/>. Workers run on the CPUs of the calling thread.</param>
    /// <param name="folder">Where its files go, which stay there; null for a folder of its own that goes with it.</param>
    /// <param name="log">Gets what it says, line by line.</param>
    /// <exception cref="UsageException">It is not installed, has no such mode in this version, or does not come up.</exception>
    public static AdaptedServer Start(ServerSettings settings, string? folder, TextWriter log)
    {
        ServerAdapter adapter = AdapterCatalogue.Require(settings.Program!);
        AdapterMode mode = adapter.RequireMode(settings.ProgramMode);
        string program = adapter.FindProgram() ?? throw UsageException.OfHost($"server: {adapter.NotInstalled}");
        string version = VersionOf(adapter, program);
        if (WhyTooOld(adapter, mode, version) is { } old)
        {
            throw UsageException.OfHost($"server_mode: needs {old}");
        }

        if (settings.Port > 0)
        {
            RequireFree(settings.Bind, settings.Port);
        }

        AdaptedServer server = new(adapter, mode, settings, program, folder, log);
        try
        {
            server.WriteFiles();
            server.Launch(adapter.Start);
            server.WaitForAnswer();
            ListeningSockets sockets = server.WaitForSockets();
            server.Ready = new ServerReady
            {
                Address = $"{settings.Bind}",
                Port = server.Port,
                Pid = Environment.ProcessId,
                Pids = [.. server.Pids()],
                Variant = mode.Name,
                Workers = settings.Workers,
                Threads = settings.Workers,
                Listeners = sockets.Held.Count + sockets.Others.Count,
                BacklogEffective = AcceptQueue.Length(settings.Backlog),
                Options = [],
                Program = $"{adapter.Name} {version}",
                ListenersMeant = server.Meant,
            };
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Which version the mode needs in place of this one; null where this one has it, or is not known.</summary>
    public static string? WhyTooOld(ServerAdapter adapter, AdapterMode mode, string version) =>
        mode.LeastVersion is { } least && Version.TryParse(version.TrimEnd('.'), out Version? there) && there < least
            ? $"version {least} or later of {adapter.Name} for the mode {mode.Name}, and this is {version}"
            : null;

    /// <summary>What the program says that it is.</summary>
    /// <exception cref="UsageException">It does not say it in time, or not so that the adapter's pattern finds it.</exception>
    public static string VersionOf(ServerAdapter adapter, string program)
    {
        ProcessStartInfo start = new(program, adapter.Version.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = TryStart(start) ?? throw UsageException.OfHost($"server: {program} cannot be executed; check its rights");
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(VersionLimit))
        {
            process.Kill(entireProcessTree: true);
            throw UsageException.OfHost($"server: {program} does not say its version within {VersionLimit.TotalSeconds:0} s");
        }

        return FirstGroup(adapter.Version.Pattern, output.Result + errors.Result)
            ?? throw UsageException.OfHost($"server: what {program} {string.Join(' ', adapter.Version.Arguments)} says holds no version as the pattern in "
                + $"{adapter.Source} has it ({adapter.Version.Pattern})");
    }

    private static Process? TryStart(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static string? FirstGroup(Regex pattern, string text)
    {
        try
        {
            return pattern.Match(text) is { Success: true } match ? match.Groups[1].Value : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>Tells it to reload, and waits until all is gone that this replaces.</summary>
    /// <param name="name">Of the adapter; null for the first.</param>
    /// <param name="frozen">For how long its workers stand still before it is told, and again after that; null for not at all.</param>
    /// <param name="limit">How long that may take; null for 20 s.</param>
    /// <exception cref="UsageException">There is no such reload in its mode.</exception>
    public ServerReloaded Reload(string? name, TimeSpan? frozen, TimeSpan? limit)
    {
        AdapterReload reload = _adapter.RequireReload(name, _mode);
        if (frozen is not null && reload.Act == ReloadAct.StopFirst)
        {
            throw new UsageException(
                $"server_reload: {reload.Name} stops {_adapter.Name} first, and a worker that stands still does not stop; use another one");
        }

        int[] workers = WorkerPids();
        int[] replaced = reload.Replaces switch
        {
            ReplacedProcesses.Workers => workers,
            ReplacedProcesses.All => [.. Pids()],
            _ => [],
        };
        foreach ((string word, string value) in reload.Words)
        {
            _words[word] = value;
        }

        WriteFiles();
        int[] standing = frozen is null ? [] : workers;
        Send(standing, Signal.Stop);
        Sleep(frozen);
        long toldNs = MonotonicClock.NowNs();
        try
        {
            Act(reload);
            Sleep(frozen);
        }
        finally
        {
            Send(standing, Signal.Continue);
        }

        bool isOver = WaitFor(() => Array.TrueForAll(replaced, ProcessFamily.HasEnded) && HasSuccessors(reload, replaced), limit ?? ReloadLimit);
        long overNs = MonotonicClock.NowNs();
        ListeningSockets sockets = WaitForSockets();
        return new ServerReloaded
        {
            Reload = reload.Name,
            ToldNs = toldNs,
            OverNs = isOver ? overNs : null,
            Replaced = replaced.Length,
            Pids = [.. Pids()],
            Listeners = sockets.Held.Count + sockets.Others.Count,
        };
    }

    /// <summary>Stops it by the adapter's signal; what is left after the adapter's limit is killed. Nothing of it is left when this returns.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public bool Stop()
    {
        StopMain();
        bool ended = WaitFor(() => Pids().Count == 0, _adapter.StopLimit.ToTimeSpan());
        if (!ended)
        {
            _log.WriteLine($"{_adapter.Name} did not end within {_adapter.StopLimit} after SIG{_adapter.StopSignal} and was killed");
        }

        KillAll();
        return ended;
    }

    public void Dispose()
    {
        KillAll();
        _started.ForEach(process => process.Dispose());
        if (_ownsFolder)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>Whether there is who takes the place of the processes that go: a server may let all of them go first.</summary>
    private bool HasSuccessors(AdapterReload reload, int[] replaced) => reload.Replaces switch
    {
        ReplacedProcesses.Workers => Pids().Except(replaced).Any(pid => pid != Main.Id),
        ReplacedProcesses.All => Pids().Except(replaced).Any(),
        _ => true,
    };

    private void Act(AdapterReload reload)
    {
        switch (reload.Act)
        {
            case ReloadAct.Signal:
                _ = ChildProcess.Kill(Main.Id, reload.Signal);
                break;
            case ReloadAct.Run:
                RunCommand(reload.Command);
                break;
            case ReloadAct.Again:
                Launch(reload.Command);
                break;
            default:
                StopMain();
                if (!WaitFor(() => Pids().Count == 0, _adapter.StopLimit.ToTimeSpan()))
                {
                    KillAll();
                }

                Launch(_adapter.Start);
                WaitForAnswer();
                break;
        }
    }

    private void StopMain()
    {
        if (!Main.HasExited)
        {
            _ = ChildProcess.Kill(Main.Id, _adapter.StopSignal);
        }
    }

    /// <summary>Until no process is left below this one: what is killed may just have started another.</summary>
    private void KillAll()
    {
        bool isGone = WaitFor(
            () =>
            {
                int[] left = [.. Pids()];
                Send(left, Signal.Kill);
                return left.Length == 0;
            },
            KillLimit);
        if (!isGone)
        {
            _log.WriteLine($"{_adapter.Name}: processes {string.Join(", ", Pids())} are still there after SIGKILL");
        }
    }

    private void WriteFiles()
    {
        Directory.CreateDirectory(_folder);
        foreach ((string name, string text) in _adapter.Files)
        {
            File.WriteAllText(Path.Combine(_folder, name), AdapterWords.Replace(text, _words));
        }
    }

    /// <summary>Words of the command with theirs replaced; one that is empty then is left out.</summary>
    private string[] Command(IReadOnlyList<string> command)
    {
        Dictionary<string, string> words = _started.Count == 0 ? _words : new(_words) { [AdapterWords.Main] = $"{Main.Id}" };
        return [.. command.Select(word => AdapterWords.Replace(word, words)).Where(word => word.Length > 0)];
    }

    /// <summary>Starts the program as one that knows nothing of this one. It is the main process from then on.</summary>
    private void Launch(IReadOnlyList<string> command)
    {
        ProcessStartInfo start = Redirected(SelfExecutable.Find(), StrangerRole.Arguments(Command(command)));
        Process process = Process.Start(start)!;
        _started.Add(process);
        Follow(process);
    }

    private void RunCommand(IReadOnlyList<string> command)
    {
        string[] words = Command(command);
        using Process process = TryStart(Redirected(words, [])) ?? throw UsageException.OfHost($"server_reload: {words[0]} cannot be executed");
        Follow(process);
        if (!process.WaitForExit(ReloadLimit))
        {
            process.Kill(entireProcessTree: true);
            throw UsageException.OfHost($"server_reload: '{string.Join(' ', words)}' did not end within {ReloadLimit.TotalSeconds:0} s");
        }

        if (process.ExitCode != 0)
        {
            throw UsageException.OfHost($"server_reload: '{string.Join(' ', words)}' ended with exit code {process.ExitCode}: {LastWords()}");
        }
    }

    private ProcessStartInfo Redirected(string[] program, string[] arguments) => new(program[0], [.. program[1..], .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
        WorkingDirectory = _folder,
    };

    private void Follow(Process process)
    {
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Note(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_lastWords)
        {
            _lastWords.Enqueue(line);
            if (_lastWords.Count > MostWords)
            {
                _lastWords.Dequeue();
            }
        }

        _log.WriteLine($"{_adapter.Name}: {line}");
    }

    private string LastWords()
    {
        lock (_lastWords)
        {
            return _lastWords.Count == 0 ? "it said nothing" : _lastWords.Last();
        }
    }

    private void WaitForAnswer()
    {
        bool answers = WaitFor(() => Main.HasExited || (Sockets().Held.Count > 0 && Answers()), StartLimit);
        if (Main.HasExited)
        {
            // With the last process that could still say something its streams end.
            KillAll();
            Main.WaitForExit();
            throw UsageException.OfHost($"server: {_adapter.Name} ended with {End} before it served: {LastWords()}");
        }

        if (!answers)
        {
            ListeningSockets sockets = Sockets();
            throw UsageException.OfHost($"server: {_adapter.Name} did not serve on {_target} within {StartLimit.TotalSeconds:0} s "
                + $"({sockets.Held.Count} sockets of it listen there, {sockets.Others.Count} of others): {LastWords()}");
        }
    }

    private ListeningSockets WaitForSockets()
    {
        _ = WaitFor(() => Sockets() is var sockets && sockets.Held.Count + sockets.Others.Count == Meant, SocketsLimit);
        return Sockets();
    }

    private ListeningSockets Sockets() => ListeningSockets.Of(Port, Pids());

    private bool Answers()
    {
        using HttpConnection? connection = HttpConnection.TryConnect(_target, source: null, AnswerSeconds, shared: false, out _);
        if (connection is null || connection.Send(HttpConnection.Get("ready")) < 0)
        {
            return false;
        }

        byte[] buffer = new byte[4096];
        int received = connection.Receive(buffer);
        connection.Reset();
        return received > 0 && Success().IsMatch(System.Text.Encoding.ASCII.GetString(buffer, 0, received));
    }

    /// <summary>Every process of the server that runs; those that have ended meanwhile are taken note of.</summary>
    private List<int> Pids()
    {
        List<int> pids = [];
        foreach (FamilyMember member in ProcessFamily.DescendantsOf(Environment.ProcessId))
        {
            if (!member.HasEnded)
            {
                pids.Add(member.Pid);
            }
            else if (member.Parent == Environment.ProcessId && !_started.Exists(p => p.Id == member.Pid))
            {
                ChildProcess.Reap(member.Pid);
            }
        }

        return pids;
    }

    private int[] WorkerPids()
    {
        List<int> pids = Pids();
        return _adapter.Workers == WorkerProcesses.Children && pids.Count > 1 ? [.. pids.Where(pid => pid != Main.Id)] : [Main.Id];
    }

    private static void Send(IEnumerable<int> pids, Signal signal)
    {
        foreach (int pid in pids)
        {
            _ = ChildProcess.Kill(pid, signal);
        }
    }

    private static void Sleep(TimeSpan? time)
    {
        if (time is { } wait)
        {
            Thread.Sleep(wait);
        }
    }

    /// <returns>Whether it came to be within the limit.</returns>
    private static bool WaitFor(Func<bool> condition, TimeSpan limit)
    {
        long deadlineNs = MonotonicClock.NowNs() + (long)limit.TotalNanoseconds;
        while (!condition())
        {
            if (MonotonicClock.NowNs() >= deadlineNs)
            {
                return false;
            }

            Thread.Sleep(Pause);
        }

        return true;
    }

    /// <summary>As servers count them (_SC_NPROCESSORS_ONLN): whatever this process may use of them.</summary>
    private static int OnlineCpus() => File.Exists(OnlineFile)
        ? Core.Units.CpuList.Parse(File.ReadAllText(OnlineFile).Trim(), OnlineFile).Count
        : Environment.ProcessorCount;

    private static int FreePort(IPAddress address)
    {
        using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static void RequireFree(IPAddress address, int port)
    {
        try
        {
            using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
        }
        catch (SocketException e)
        {
            throw UsageException.OfHost($"port: {new IPEndPoint(address, port)} cannot be had ({e.SocketErrorCode}); `ss -tlnp` shows who has it");
        }
    }

    [GeneratedRegex(@"^HTTP/1\.[01] 200 ")]
    private static partial Regex Success();
}
