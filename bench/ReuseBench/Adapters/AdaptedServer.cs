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
using ReuseBench.Servers.Workers;

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
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(60);
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
    private readonly AcceptCount? _accepts;
    private readonly bool _sleepsExactly;
    private int _connected;
    private int _answered;

    /// <summary>Starts of its program in a row that each made the one before end; 0 for the first.</summary>
    private int _generation;

    private bool _hasOtherClients;

    /// <summary>The main process, where it is none that was started here but came of one: that of a daemon, or of a server that replaced itself.</summary>
    private int? _heir;

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
            ["service_time"] = $"{settings.ServiceTime}",
            ["service_kind"] = AdapterService.KindOf(settings.ServiceTime),
            ["service_ns"] = AdapterService.FormulaOf(settings.ServiceTime),
            ["rounds_per_us"] = string.Create(CultureInfo.InvariantCulture, $"{settings.RoundsPerUs ?? 0}"),
        };
        _sleepsExactly = settings.ServiceTime is { Kind: ServiceKind.Wait, Mean.Nanoseconds: > 0 };
        _accepts = settings.CountAccepts ? new AcceptCount() : null;
    }

    /// <summary>Where it listens, on how many sockets, and which processes it has.</summary>
    public ServerReady Ready { get; private set; } = null!;

    /// <summary>How the process that was started has ended, such as <c>exit code 1</c>; null while it runs.</summary>
    public string? End => _heir is int heir ? (ProcessFamily.HasEnded(heir) ? $"its main process {heir}" : null)
        : Started.HasExited ? $"exit code {Started.ExitCode}" : null;

    private Process Started => _started[^1];

    private int Main => _heir ?? Started.Id;

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
        AdapterService.Require(adapter, settings.ServiceTime);
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

        AdaptedServer server = new(adapter, mode, ServiceWork.Calibrated(settings), program, folder, log);
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
            if (server._accepts is { } accepts)
            {
                server.WaitForAll();
                accepts.Watch(server.WorkerPids().Length == settings.Workers, server.Pids(), settings.Workers);
            }

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

    /// <summary>Tells it to reload, as often as ordered, and waits until all is gone that this replaces.</summary>
    /// <exception cref="UsageException">There is no such reload in its mode, or it cannot be done so.</exception>
    public ServerReloaded Reload(ReloadOrder order)
    {
        AdapterReload reload = _adapter.RequireReload(order.Name, _mode);
        if (reload.WhyWaits is { } why && (order.Frozen is not null || order.Times > 1))
        {
            throw new UsageException($"server_reload: {reload.Name} of {_adapter.Name} {why}, and "
                + $"{(order.Times > 1 ? "so waits for itself" : "a worker that stands still does not end")}; use another one");
        }

        HashSet<int> replaced = [.. ReplacedBy(reload)];
        foreach ((string word, string value) in reload.Words)
        {
            _words[word] = value;
        }

        WriteFiles();
        int[] standing = order.Frozen is null ? [] : WorkerPids();
        Send(standing, Signal.Stop);
        Sleep(order.Frozen);
        long toldNs = MonotonicClock.NowNs();
        try
        {
            Act(reload);
            for (int time = 1; time < order.Times; time++)
            {
                MonotonicClock.SleepUntil(toldNs + (order.Every.Nanoseconds * time));
                replaced.UnionWith(ReplacedBy(reload));
                Act(reload);
            }

            Sleep(order.Frozen);
        }
        finally
        {
            Send(standing, Signal.Continue);
        }

        _accepts?.ForgetWorkers();
        bool isOver = WaitFor(() => replaced.All(ProcessFamily.HasEnded) && HasSuccessors(reload, replaced), order.Limit?.ToTimeSpan() ?? ReloadLimit);
        long overNs = MonotonicClock.NowNs();
        ListeningSockets sockets = WaitForSockets();
        return new ServerReloaded
        {
            Reload = reload.Name,
            ToldNs = toldNs,
            OverNs = isOver ? overNs : null,
            Replaced = replaced.Count,
            Pids = [.. Pids()],
            Listeners = sockets.Held.Count + sockets.Others.Count,
        };
    }

    /// <summary>Processes of now that go when it reloads.</summary>
    private IEnumerable<int> ReplacedBy(AdapterReload reload) => reload.Replaces switch
    {
        // None between two of its generations: the main process stays.
        ReplacedProcesses.Workers => Pids().Where(pid => pid != Main),
        ReplacedProcesses.All => Pids(),
        _ => [],
    };

    /// <summary>What it accepted so far, as far as that can be told from outside.</summary>
    public AcceptedOutside Outside()
    {
        int? own = _hasOtherClients ? null : _connected;
        AcceptedOutside counted = _accepts?.Read(_answered) ?? new AcceptedOutside { Untold = "it was not asked for" };
        return _hasOtherClients
            ? counted with { Accepted = null, Untold = "its reload is a command, which may connect to it as well" }
            : counted with { OwnConnections = own };
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
        _accepts?.Dispose();
        _started.ForEach(process => process.Dispose());
        if (_ownsFolder)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>Whether there is who takes the place of the processes that go: a server may let all of them go first.</summary>
    private bool HasSuccessors(AdapterReload reload, HashSet<int> replaced) => reload.Replaces switch
    {
        ReplacedProcesses.Workers => Pids().Except(replaced).Any(pid => pid != Main),
        ReplacedProcesses.All => Pids().Except(replaced).Any(),
        _ => true,
    };

    private void Act(AdapterReload reload)
    {
        switch (reload.Act)
        {
            case ReloadAct.Signal:
                _ = ChildProcess.Kill(Main, reload.Signal);
                break;
            case ReloadAct.Run:
                RunCommand(reload.Command);
                break;
            case ReloadAct.Again:
                _generation++;
                Launch(reload.Command);
                break;
            case ReloadAct.Signals:
                Replace(reload);
                break;
            default:
                StopMain();
                if (!WaitFor(() => Pids().Count == 0, _adapter.StopLimit.ToTimeSpan()))
                {
                    KillAll();
                }

                _generation = 0;
                Launch(_adapter.Start);
                WaitForAnswer();
                break;
        }
    }

    private void StopMain()
    {
        if (!ProcessFamily.HasEnded(Main))
        {
            _ = ChildProcess.Kill(Main, _adapter.StopSignal);
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
        Dictionary<string, string> words = new(_words) { [AdapterWords.Generation] = $"{_generation}" };
        if (_started.Count > 0)
        {
            words[AdapterWords.Main] = $"{Main}";
        }

        return [.. command.Select(word => AdapterWords.Replace(word, words)).Where(word => word.Length > 0)];
    }

    /// <summary>Starts the program as one that knows nothing of this one. It is the main process from then on.</summary>
    private void Launch(IReadOnlyList<string> command)
    {
        ProcessStartInfo start = Redirected(SelfExecutable.Find(), StrangerRole.Arguments(Command(command), _sleepsExactly));
        Process process = Process.Start(start)!;
        _started.Add(process);
        _heir = null;

        // It is still a process of ours, a long way from its first accept.
        _accepts?.Follow(process.Id);
        Follow(process);
    }

    private void RunCommand(IReadOnlyList<string> command)
    {
        string[] words = Command(command);
        _hasOtherClients = true;
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
        bool answers = WaitFor(() => HasFailed() || (Sockets().Held.Count > 0 && Answers()), StartLimit);
        if (HasFailed())
        {
            // With the last process that could still say something its streams end.
            KillAll();
            Started.WaitForExit();
            throw UsageException.OfHost($"server: {_adapter.Name} ended with {End} before it served: {LastWords()}");
        }

        if (!answers)
        {
            ListeningSockets sockets = Sockets();
            throw UsageException.OfHost($"server: {_adapter.Name} did not serve on {_target} within {StartLimit.TotalSeconds:0} s "
                + $"({sockets.Held.Count} sockets of it listen there, {sockets.Others.Count} of others): {LastWords()}");
        }
    }

    /// <summary>Whether the process that was started has ended and left none that goes on for it, as a daemon does.</summary>
    private bool HasFailed()
    {
        if (_heir is int heir ? ProcessFamily.HasEnded(heir) : Started.HasExited && Started.ExitCode == 0)
        {
            _heir = Adopted([]) ?? _heir;
        }

        return End is not null;
    }

    /// <summary>A process whose parent has left it to this one; null where there is none.</summary>
    /// <param name="but">That are known already.</param>
    private int? Adopted(HashSet<int> but) => ProcessFamily.DescendantsOf(Environment.ProcessId)
        .Where(m => m.Parent == Environment.ProcessId && !m.HasEnded && !but.Contains(m.Pid) && !_started.Exists(p => p.Id == m.Pid))
        .Select(m => (int?)m.Pid).FirstOrDefault();

    /// <summary>The first signal has it start another main process, the others end the old one; the new one takes its place.</summary>
    private void Replace(AdapterReload reload)
    {
        HashSet<int> old = [.. Pids()];
        int main = Main;
        _ = ChildProcess.Kill(main, reload.Signals[0]);
        if (!WaitFor(() => Pids().Count(pid => !old.Contains(pid)) >= old.Count, ReloadLimit))
        {
            throw UsageException.OfHost($"server_reload: {_adapter.Name} started no other processes within {ReloadLimit.TotalSeconds:0} s after "
                + $"{reload.Signals[0]}: {LastWords()}");
        }

        foreach (Signal signal in reload.Signals.Skip(1))
        {
            int before = old.Count(pid => !ProcessFamily.HasEnded(pid));
            _ = ChildProcess.Kill(main, signal);
            _ = WaitFor(() => old.Count(pid => !ProcessFamily.HasEnded(pid)) < before, ReloadLimit);
        }

        _ = WaitFor(() => (_heir = Adopted(old)) is not null, ReloadLimit);
    }

    private ListeningSockets WaitForSockets()
    {
        _ = WaitFor(() => Sockets() is var sockets && sockets.Held.Count + sockets.Others.Count == Meant, SocketsLimit);
        return Sockets();
    }

    /// <summary>Until no further process has come for a while: a server answers as soon as its first worker does.</summary>
    private void WaitForAll()
    {
        int before = 0;
        _ = WaitFor(
            () =>
            {
                int now = Pids().Count;
                bool isSame = now == before;
                before = now;
                Thread.Sleep(isSame ? TimeSpan.Zero : Settled);
                return isSame;
            },
            SocketsLimit);
    }

    private ListeningSockets Sockets() => ListeningSockets.Of(Port, Pids());

    private bool Answers()
    {
        using HttpConnection? connection = HttpConnection.TryConnect(_target, source: null, AnswerSeconds, shared: false, out _);
        _connected += connection is null ? 0 : 1;
        if (connection is null || connection.Send(HttpConnection.Get("ready")) < 0)
        {
            return false;
        }

        byte[] buffer = new byte[4096];
        int received = connection.Receive(buffer);
        connection.Reset();
        _answered += received > 0 ? 1 : 0;
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
        return _adapter.Workers == WorkerProcesses.Children && pids.Count > 1 ? [.. pids.Where(pid => pid != Main)] : [Main];
    }

    private static void Send(IEnumerable<int> pids, Signal signal)
    {
        foreach (int pid in pids)
        {
            _ = ChildProcess.Kill(pid, signal);
        }
    }

    private static void Sleep(Core.Units.Duration? time)
    {
        if (time is { } wait)
        {
            Thread.Sleep(wait.ToTimeSpan());
        }
    }

    private static bool WaitFor(Func<bool> condition, TimeSpan limit) => MonotonicClock.WaitUntil(condition, limit, Pause);

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
