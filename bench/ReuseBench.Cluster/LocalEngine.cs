using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReuseBench.Core;
using ReuseBench.Core.Csv;

namespace ReuseBench.Cluster;

/// <summary>The program nats-server of this host.</summary>
public static partial class EngineProgram
{
    private const string Name = "nats-server";

    /// <summary>Users that are not root often have no sbin in PATH, where Debian puts it.</summary>
    private static readonly string[] Beside = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/bin"];

    private static readonly TimeSpan VersionLimit = TimeSpan.FromSeconds(10);

    /// <summary>Before it whoever may publish on $JS.&gt; may purge every stream (CVE-2025-30215); our hosts may not.</summary>
    private static readonly Version Advised = new(2, 10, 27);

    /// <returns>Full path; null where it is not installed.</returns>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(Beside)
        .Select(folder => Path.Combine(folder, Name)).FirstOrDefault(File.Exists);

    /// <exception cref="UsageException">It is not installed.</exception>
    public static string Require() => Find() ?? throw UsageException.OfHost(
        "engine: nats-server is not there, neither on PATH nor in /usr/sbin; install it (Debian: apt install nats-server), or name an engine on another host");

    /// <returns>What it says of itself, such as 2.10.29; null where it says nothing that can be read.</returns>
    public static string? VersionOf(string path)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(path, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string text = process.StandardOutput.ReadToEnd();
            return process.WaitForExit(VersionLimit) && VersionText().Match(text) is { Success: true } match ? match.Groups[1].Value : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>What to know of a version, in one line; null for nothing.</summary>
    public static string? Advice(string? version) => Version.TryParse(version, out Version? known) && known < Advised
        ? $"nats-server {version} has CVE-2025-30215 (its users may purge streams), which the permissions of `cluster init` keep from hosts; "
            + $"{Advised} mends it"
        : null;

    [GeneratedRegex(@"v?(\d+\.\d+\.\d+)")]
    private static partial Regex VersionText();
}

/// <summary>An engine that a run starts for itself, on loopback, with a store of its own.</summary>
public sealed class LocalEngine : IDisposable
{
    private const string PortsFiles = "*.ports";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly string _folder;
    private readonly string? _keys;

    private LocalEngine(Process process, string folder, string? keys, int port)
    {
        _process = process;
        _folder = folder;
        _keys = keys;
        Port = port;
    }

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; }

    public int Pid => _process.Id;

    /// <summary>Where a coordinator of this host connects.</summary>
    public string Url => $"{(_keys is null ? "nats" : "tls")}://127.0.0.1:{Port}";

    /// <param name="folder">Gets its configuration, store and log; the caller removes it. Is made where it is missing.</param>
    /// <param name="port">Of 127.0.0.1; 0 lets the kernel choose.</param>
    /// <param name="hosts">Names that get keys; null for an engine without any, which every user of this host may use.</param>
    /// <param name="wrap">
    /// Makes of the command one that ends with the calling thread; null starts it as it is, so that only <see cref="Dispose"/> ends it.
    /// </param>
    /// <exception cref="UsageException">nats-server is not there, or does not start: its port is taken.</exception>
    public static LocalEngine Start(
        string folder, int port, IReadOnlyList<string>? hosts = null, Func<IReadOnlyList<string>, IReadOnlyList<string>>? wrap = null)
    {
        string program = EngineProgram.Require();
        string? keys = null;
        string config = Path.Combine(folder, LabKeys.ConfigFile);
        Directory.CreateDirectory(folder);
        if (hosts is not null)
        {
            keys = Path.Combine(folder, "keys");
            LabKeys.Create(keys, hosts, [], port);
            config = Path.Combine(keys, LabKeys.ConfigFile);
        }
        else
        {
            File.WriteAllText(config, string.Create(CultureInfo.InvariantCulture, $$"""
                server_name: reusebench
                listen: "127.0.0.1:{{(port == 0 ? -1 : port)}}"
                max_payload: 1MB
                ping_interval: "5s"
                ping_max: 3
                jetstream { store_dir: "jetstream" }

                """));
        }

        return Run(program, folder, config, keys, wrap ?? (command => command));
    }

    /// <summary>As <see cref="Start"/>, of a folder that <see cref="LabKeys.Create"/> made.</summary>
    /// <param name="keys">That folder; the engine listens where its configuration says.</param>
    /// <param name="wrap">As there.</param>
    /// <exception cref="UsageException">As there.</exception>
    public static LocalEngine StartWith(string keys, Func<IReadOnlyList<string>, IReadOnlyList<string>>? wrap = null) =>
        Run(EngineProgram.Require(), keys, Path.Combine(keys, LabKeys.ConfigFile), keys, wrap ?? (command => command));

    /// <summary>What a host or the coordinator shows this engine; null where it asks for nothing.</summary>
    /// <param name="name">Of a host that was named at the start, or <see cref="LabKeys.Coordinator"/>.</param>
    /// <exception cref="UsageException">There is no such host.</exception>
    public Credentials? CredentialsOf(string name) => _keys is null ? null : Credentials.Read(Path.Combine(_keys, name));

    /// <summary>Ends it at once, as a crash would; its store stays.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Ends it in order.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _ = Linux.ChildProcess.Kill(_process.Id, Linux.Signal.Terminate);
            if (!_process.WaitForExit(StopLimit))
            {
                Kill();
            }
        }

        foreach (string file in PortFiles(_folder))
        {
            File.Delete(file);
        }

        _process.Dispose();
    }

    private static LocalEngine Run(
        string program, string folder, string config, string? keys, Func<IReadOnlyList<string>, IReadOnlyList<string>> wrap)
    {
        foreach (string old in PortFiles(folder))
        {
            File.Delete(old);
        }

        // Its own configuration is relative to the folder of its keys.
        IReadOnlyList<string> command = wrap([program, "-c", Path.GetFullPath(config), "--ports_file_dir", Path.GetFullPath(folder)]);
        Process process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = keys ?? folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        Words words = new(process);
        try
        {
            Stopwatch waited = Stopwatch.StartNew();
            while (true)
            {
                if (PortOf(folder) is int port)
                {
                    return new LocalEngine(process, folder, keys, port);
                }

                if (process.WaitForExit(LookAgain))
                {
                    throw UsageException.OfHost($"engine: nats-server ended with exit code {process.ExitCode}: {words.Last()}");
                }

                if (waited.Elapsed > StartLimit)
                {
                    throw UsageException.OfHost($"engine: nats-server did not listen within {StartLimit.TotalSeconds:0} s: {words.Last()}");
                }
            }
        }
        catch (UsageException)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
            throw;
        }
    }

    private static string[] PortFiles(string folder) => Directory.GetFiles(folder, PortsFiles);

    /// <summary>It writes the file once it listens; what is there may be half of it.</summary>
    private static int? PortOf(string folder)
    {
        foreach (string file in PortFiles(folder))
        {
            try
            {
                using JsonDocument ports = JsonDocument.Parse(File.ReadAllText(file));
                if (ports.RootElement.TryGetProperty("nats", out JsonElement urls) && urls.GetArrayLength() > 0
                    && Uri.TryCreate(urls[0].GetString(), UriKind.Absolute, out Uri? url))
                {
                    return url.Port;
                }
            }
            catch (Exception e) when (e is JsonException or IOException)
            {
                // The next look finds it whole.
            }
        }

        return null;
    }

    /// <summary>What it says, so that its pipe is never full; the last error is kept.</summary>
    private sealed class Words
    {
        private readonly Task _reading;
        private volatile string _last = "it said nothing";

        public Words(Process process)
        {
            process.StandardInput.Close();
            StreamReader errors = process.StandardError;
            StreamReader output = process.StandardOutput;
            _ = Task.Run(() => output.ReadToEndAsync());
            _reading = Task.Run(() =>
            {
                while (errors.ReadLine() is { } line)
                {
                    if (line.Contains("[FTL]", StringComparison.Ordinal) || line.Contains("[ERR]", StringComparison.Ordinal)
                        || !line.Contains('[', StringComparison.Ordinal))
                    {
                        _last = TextFromOutside.Line(line.Trim());
                    }
                }
            });
        }

        public string Last()
        {
            _ = _reading.Wait(TimeSpan.FromSeconds(2));
            return _last;
        }
    }
}
