using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ReuseBench.Bench.Host;
using ReuseBench.Cluster;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Hosts;

namespace ReuseBench.Bench.Hosted;

/// <summary>
/// The agents of a run on hosts that have nothing but sshd. This program, where it is one file, is copied to each host that lacks it; then it runs there as
/// an agent at the other end of an ssh session, whose tunnel is its way to the engine and whose standard input brings its keys. It ends with the session.
/// </summary>
internal sealed partial class SshLaunch : IDisposable
{
    /// <summary>So many sessions begin at a time: sshd refuses more that have not logged in yet (MaxStartups), and each costs CPU at both ends.</summary>
    private const int AtATime = 64;

    private const string Ready = "waits for work";

    /// <summary>ssh's exit code where ssh itself failed, and not what it ran.</summary>
    private const int OwnFailure = 255;

    /// <summary>What the shell at the other end reads: fixed but for a hash and a name, which hold no character that means anything to it.</summary>
    private const string Folder = "d=\"$HOME/.cache/reusebench/$1\"";
    private const string LookScript = Folder + "; uname -m; if test -x \"$d/reusebench\"; then echo there; else echo missing; fi";
    private const string CopyScript = "umask 077; " + Folder + "; p=\"$d/part.$$\"; mkdir -p \"$d\" && cat > \"$p\" && echo \"$1  $p\" | sha256sum -c --status "
        + "&& chmod 700 \"$p\" && mv \"$p\" \"$d/reusebench\" || { rm -f \"$p\"; echo \"the copy is not whole, or $d cannot be written\" >&2; exit 1; }";

    private const string AgentScript = Folder + "; exec \"$d/reusebench\" agent --once --creds - --name \"$2\"";

    /// <summary>No question is asked of anybody; a connection that is gone is noticed within 15 s.</summary>
    private static readonly string[] Options =
        ["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3", "-o", "LogLevel=INFO"];

    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<string> _ssh;
    private readonly List<Session> _sessions = [];
    private readonly AgentLog? _log;
    private readonly Func<HostEntry, Credentials?> _credentials;
    private readonly string _engine;
    private readonly string _path;
    private readonly string _hash;
    private readonly SemaphoreSlim _places = new(AtATime);

    private SshLaunch(IReadOnlyList<string> ssh, AgentLog? log, Func<HostEntry, Credentials?> credentials, string engine, string path)
    {
        _ssh = ssh;
        _log = log;
        _credentials = credentials;
        _engine = engine;
        _path = path;
        _hash = HashOf(path);
    }

    /// <param name="file">The hosts, each with what ssh calls it.</param>
    /// <param name="credentials">What a host shows the engine; null for nothing.</param>
    /// <param name="enginePort">Where the engine listens.</param>
    /// <param name="program">The file that is copied; null for this program.</param>
    /// <param name="ssh">The command; null for ssh of PATH.</param>
    /// <param name="engineHost">The engine's address as this host reaches it.</param>
    /// <param name="log">Gets what the agents say once they are connected.</param>
    /// <returns>Once every agent is connected to the engine.</returns>
    /// <exception cref="UsageException">A host cannot be reached or is of another kind, or this program is not one file; no agent is left behind.</exception>
    public static SshLaunch Start(
        HostsFile file, Func<HostEntry, Credentials?> credentials, int enginePort, string? program = null, IReadOnlyList<string>? ssh = null,
        string engineHost = "127.0.0.1", AgentLog? log = null)
    {
        SshLaunch launch = new(ssh ?? ["ssh"], log, credentials, $"{engineHost}:{enginePort}", program ?? OwnFile());
        try
        {
            Task[] starts = [.. file.All.Select(host => Task.Run(() => launch.StartOne(host)))];
            try
            {
                Task.WaitAll(starts);
            }
            catch (AggregateException e)
            {
                // The first host that failed speaks for all.
                throw e.InnerExceptions.OfType<UsageException>().FirstOrDefault() ?? e.InnerExceptions[0];
            }

            return launch;
        }
        catch
        {
            launch.Dispose();
            throw;
        }
    }

    /// <summary>Starts the agent of a host anew, where the session of the one before is over.</summary>
    /// <returns>Whether one was started: not where a session goes on, or the host cannot be reached.</returns>
    public bool TryAgain(HostEntry host)
    {
        Session? over;
        lock (_sessions)
        {
            over = _sessions.Find(s => s.Host == host);
            if (over is { IsOver: false })
            {
                return false;
            }

            _ = over is not null && _sessions.Remove(over);
        }

        over?.Dispose();
        try
        {
            StartOne(host);
            return true;
        }
        catch (UsageException e)
        {
            _log?.Write(e.Message);
            return false;
        }
    }

    /// <summary>Ends every session, and with it its agent.</summary>
    public void Dispose()
    {
        foreach (Session session in _sessions)
        {
            session.End();
        }

        // A session ends when nothing of its tunnel is open any more. All have the same time for it.
        Stopwatch waited = Stopwatch.StartNew();
        foreach (Session session in _sessions)
        {
            session.EndWithin(EndLimit - waited.Elapsed);
            session.Dispose();
        }

        _sessions.Clear();
        _places.Dispose();
    }

    /// <summary>What the shell of a host is told: one word for it, in which nothing is quoted but our own text.</summary>
    /// <param name="script">Without a single quote.</param>
    /// <param name="words">Of letters, digits and dashes.</param>
    internal static string RemoteCommand(string script, params string[] words) => script.Contains('\'', StringComparison.Ordinal)
        || words.Any(w => w.Length == 0 || !w.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            ? throw new InvalidOperationException("not for a shell")
            : $"exec sh -c '{script}' reusebench {string.Join(' ', words)}";

    /// <exception cref="UsageException">It is several files, and needs a runtime that the other host may not have.</exception>
    private static string OwnFile() => ProgramFile.Assembly is null
        ? ProgramFile.Path
        : throw new UsageException(
            "launch: ssh copies this program as one file, and this build is several; make one by scripts/package --part single and run that, or use "
                + "launch: agents");

    private static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private void StartOne(HostEntry host)
    {
        Credentials? credentials = _credentials(host);
        _places.Wait();
        try
        {
            Copy(host);
            Session session = Session.Start(host, Command(
                host, ["-o", "ExitOnForwardFailure=yes", "-R", $"127.0.0.1:0:{_engine}"], RemoteCommand(AgentScript, _hash, host.Name)));
            lock (_sessions)
            {
                _sessions.Add(session);
            }

            string port = session.WaitFor(line => AllocatedPort().Match(line) is { Success: true } match ? match.Groups[1].Value : null, StartLimit);
            session.Say(Credentials.ToJson(credentials, $"{(credentials is null ? "nats" : "tls")}://127.0.0.1:{port}"));
            _ = session.WaitFor(line => line.Contains(Ready, StringComparison.Ordinal) ? line : null, StartLimit);
            session.GoOn(_log);
        }
        finally
        {
            _places.Release();
        }
    }

    private void Copy(HostEntry host)
    {
        string[] look = [.. RunToEnd(host, RemoteCommand(LookScript, _hash), null, LookLimit).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        if (look is not [.., var machine, "there" or "missing"])
        {
            throw Problem(host, "the shell there said nothing that is understood; does something print to its standard output?");
        }

        if (machine != OwnMachine())
        {
            throw Problem(
                host, $"it is {TextFromOutside.Clip(machine)}, and this program is for {OwnMachine()}; start an agent of its own there (launch: agents)");
        }

        if (look[^1] == "missing")
        {
            _ = RunToEnd(host, RemoteCommand(CopyScript, _hash), _path, CopyLimit);
        }
    }

    private string RunToEnd(HostEntry host, string command, string? input, TimeSpan limit)
    {
        using Session session = Session.Start(host, Command(host, [], command));
        Task<string> output = session.ReadOutput();
        session.Send(input);
        return session.WaitForEnd(limit) switch
        {
            0 => output.Result,
            OwnFailure => throw Problem(host, $"{session.LastWord}; `ssh {host.Ssh} true` must work without a question"),
            _ => throw Problem(host, session.LastWord),
        };
    }

    /// <summary>As uname(1) has it.</summary>
    private static string OwnMachine() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        var other => $"{other}",
    };

    private List<string> Command(HostEntry host, string[] more, string remote) => [.. _ssh, .. Options, .. more, host.Ssh!, remote];

    private static UsageException Problem(HostEntry host, string why) =>
        new($"ssh: host '{host.Name}' ({host.Ssh}): {why}");

    [GeneratedRegex(@"^Allocated port (\d+) for remote forward")]
    private static partial Regex AllocatedPort();

    /// <summary>One ssh process.</summary>
    private sealed class Session : IDisposable
    {
        private readonly HostEntry _host;
        private readonly Process _process;
        private readonly System.Collections.Concurrent.BlockingCollection<string> _lines = [];
        private readonly Task _errors;
        private Action<string> _hear;
        private volatile string _last = "it said nothing";

        private Session(HostEntry host, Process process)
        {
            _host = host;
            _process = process;
            _hear = _lines.Add;
            _errors = Task.Factory.StartNew(ReadErrors, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        public HostEntry Host => _host;

        /// <summary>Whether it has ended, and its agent with it.</summary>
        public bool IsOver => _process.HasExited;

        public string LastWord
        {
            get
            {
                _ = _errors.Wait(EndLimit);
                return _last;
            }
        }

        public static Session Start(HostEntry host, List<string> command)
        {
            try
            {
                return new Session(host, Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!);
            }
            catch (Win32Exception)
            {
                throw UsageException.OfHost("launch: ssh is not installed on this host (Debian: apt install openssh-client); or use launch: agents");
            }
        }

        public Task<string> ReadOutput() => _process.StandardOutput.ReadToEndAsync();

        /// <summary>A line, after which its input stays open.</summary>
        public void Say(string line)
        {
            try
            {
                _process.StandardInput.WriteLine(line);
                _process.StandardInput.Flush();
                _ = ReadOutput();
            }
            catch (IOException)
            {
                // Its last word says why.
            }
        }

        /// <summary>Nobody waits for a line of it any more: they go to a log.</summary>
        public void GoOn(AgentLog? log)
        {
            lock (_lines)
            {
                _hear = line => log?.Write($"{_host.Name}: {TextFromOutside.Line(line)}");
                while (_lines.TryTake(out string? line))
                {
                    _hear(line);
                }
            }
        }

        /// <summary>A file, or nothing, and the end of its input.</summary>
        public void Send(string? path)
        {
            try
            {
                if (path is not null)
                {
                    using FileStream file = File.OpenRead(path);
                    file.CopyTo(_process.StandardInput.BaseStream);
                }

                _process.StandardInput.Close();
            }
            catch (IOException)
            {
                // Likewise.
            }
        }

        /// <returns>What the first line of standard error means that means something.</returns>
        /// <exception cref="UsageException">It ended, or the time passed.</exception>
        public string WaitFor(Func<string, string?> meaning, TimeSpan limit)
        {
            Stopwatch waited = Stopwatch.StartNew();
            while (limit - waited.Elapsed is { Ticks: > 0 } left)
            {
                if (!_lines.TryTake(out string? line, left))
                {
                    // Either its end, or the limit.
                    break;
                }

                if (meaning(line) is { } found)
                {
                    return found;
                }
            }

            string why = _process.HasExited ? LastWord : string.Create(CultureInfo.InvariantCulture, $"no agent after {limit.TotalSeconds:0} s ({_last})");
            throw Problem(_host, why);
        }

        public int WaitForEnd(TimeSpan limit)
        {
            if (_process.WaitForExit(limit))
            {
                return _process.ExitCode;
            }

            _process.Kill();
            _process.WaitForExit();
            throw Problem(_host, string.Create(CultureInfo.InvariantCulture, $"no answer within {limit.TotalSeconds:0} s"));
        }

        /// <summary>Asks it to end.</summary>
        public void End()
        {
            try
            {
                _process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        /// <summary>Kills it where it takes longer.</summary>
        public void EndWithin(TimeSpan limit)
        {
            if (!_process.WaitForExit(limit > TimeSpan.Zero ? limit : TimeSpan.Zero))
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }

        public void Dispose()
        {
            EndWithin(TimeSpan.Zero);
            _ = _errors.Wait(EndLimit);
            _process.Dispose();
            _lines.Dispose();
        }

        private void ReadErrors()
        {
            while (_process.StandardError.ReadLine() is { } line)
            {
                if (line.Trim() is { Length: > 0 } said)
                {
                    _last = TextFromOutside.Line(said);
                    lock (_lines)
                    {
                        _hear(line);
                    }
                }
            }

            _lines.CompleteAdding();
        }
    }
}
