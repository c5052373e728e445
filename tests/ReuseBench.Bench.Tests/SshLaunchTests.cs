using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ReuseBench.Bench.Hosted;
using ReuseBench.Core;
using ReuseBench.Core.Hosts;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

/// <summary>
/// Agents that are started by ssh: a real sshd on loopback, with keys and a home of its own. What is copied is a script in the place of the program, which
/// says what it was given and what it finds at the other end of the tunnel.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SshLaunchTests : IDisposable
{
    private const string Server = "/usr/sbin/sshd";

    /// <summary>Takes its keys, greets the engine through the tunnel, and ends with its input.</summary>
    private const string Script = """
        #!/bin/bash
        echo "$@" > "$HOME/arguments.$6"
        IFS= read -r keys
        echo "$keys" > "$HOME/keys.$6"
        echo "$$" > "$HOME/pid.$6"
        port=${keys##*127.0.0.1:}; port=${port%%[!0-9]*}
        exec 3<>"/dev/tcp/127.0.0.1/$port" && echo "hello from $6" >&3 && exec 3>&-
        echo "agent $6: connected (waits for work)" >&2
        read -r rest
        echo "agent $6: over" >&2
        echo "end" > "$HOME/ended.$6"
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly string _folder = Directory.CreateTempSubdirectory("reusebench-ssh-").FullName;
    private readonly List<Process> _servers = [];

    private string Home => Path.Combine(_folder, "home");

    public void Dispose()
    {
        foreach (Process server in _servers)
        {
            server.Kill();
            server.WaitForExit();
            server.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Agents_are_copied_once_started_with_their_keys_and_end_with_the_launch()
    {
        string[] ssh = StartServer();
        string program = WriteProgram(Script);
        using TcpListener engine = new(IPAddress.Loopback, 0);
        engine.Start();
        int port = ((IPEndPoint)engine.LocalEndpoint).Port;

        AgentLog log = new();
        log.KeepIn(Path.Combine(_folder, "logs"));
        using (SshLaunch launch = SshLaunch.Start(Lab("lab", "lab"), _ => null, port, program, ssh, log: log))
        {
            string[] said = [await Greeting(engine), await Greeting(engine)];
            Assert.Equal(["hello from a", "hello from b"], said.Order());
            Assert.Equal("agent --once --creds - --name b", Text("arguments.b"));
            Assert.Matches("^{.*\"engine\": ?\"nats://127\\.0\\.0\\.1:[0-9]+\".*}$", Text("keys.b"));
            Assert.False(File.Exists(Path.Combine(Home, "ended.b")));
        }

        // The session is over when the agent is: its last word is there.
        Assert.Equal(("end", "end"), (Text("ended.a"), Text("ended.b")));
        log.Dispose();
        Assert.Equal(["a: agent a: over", "b: agent b: over"], File.ReadAllLines(Path.Combine(_folder, "logs", AgentLog.FileName)).Order());
        string[] copies = Directory.GetFiles(Path.Combine(Home, ".cache/reusebench"), "*", SearchOption.AllDirectories);
        Assert.Equal(File.ReadAllText(program), File.ReadAllText(Assert.Single(copies)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(copies[0]));
        DateTime copied = File.GetLastWriteTimeUtc(copies[0]);

        using (SshLaunch again = SshLaunch.Start(Lab("lab", "lab"), _ => null, port, program, ssh))
        {
            _ = (await Greeting(engine), await Greeting(engine));
            Assert.Equal(copied, File.GetLastWriteTimeUtc(copies[0]));
        }
    }

    [Fact]
    public async Task An_agent_that_is_gone_is_started_anew_and_one_that_lives_is_left_alone()
    {
        string[] ssh = StartServer();
        using TcpListener engine = new(IPAddress.Loopback, 0);
        engine.Start();
        HostsFile lab = Lab("lab", "lab");
        using SshLaunch launch = SshLaunch.Start(lab, _ => null, ((IPEndPoint)engine.LocalEndpoint).Port, WriteProgram(Script), ssh);
        _ = (await Greeting(engine), await Greeting(engine));
        HostEntry host = lab.Clients[0];
        Assert.False(launch.TryAgain(host));

        Process.GetProcessById(int.Parse(Text("pid.b"), CultureInfo.InvariantCulture)).Kill();
        Assert.True(MonotonicClock.WaitUntil(() => launch.TryAgain(host), Limit, TimeSpan.FromMilliseconds(20)), "the agent was not started anew");
        Assert.Equal("hello from b", await Greeting(engine));
        Assert.False(launch.TryAgain(host));
    }

    [Fact]
    public void A_host_that_cannot_be_reached_is_said_in_one_line_and_no_agent_is_left()
    {
        string[] ssh = StartServer();
        using TcpListener engine = new(IPAddress.Loopback, 0);
        engine.Start();

        // One that does not look for the engine: an open end of the tunnel would keep its session.
        string program = WriteProgram(string.Join('\n', Script.Split('\n').Where(line => !line.Contains("/dev/tcp", StringComparison.Ordinal))));
        UsageException problem = Assert.Throws<UsageException>(
            () => SshLaunch.Start(Lab("lab", "closed"), _ => null, ((IPEndPoint)engine.LocalEndpoint).Port, program, ssh));
        Assert.False(problem.IsOfHost);
        Assert.StartsWith("ssh: host 'b' (closed): ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Connection refused", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
        Assert.Equal(File.Exists(Path.Combine(Home, "keys.a")), File.Exists(Path.Combine(Home, "ended.a")));
    }

    [Fact]
    public void An_agent_that_ends_says_why()
    {
        string[] ssh = StartServer();
        string program = WriteProgram("#!/bin/sh\necho 'reusebench: engine: refused' >&2\nexit 2\n");
        using TcpListener engine = new(IPAddress.Loopback, 0);
        engine.Start();
        UsageException problem = Assert.Throws<UsageException>(
            () => SshLaunch.Start(Lab("lab", "lab"), _ => null, ((IPEndPoint)engine.LocalEndpoint).Port, program, ssh));
        Assert.Contains("reusebench: engine: refused", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_a_shell_could_take_for_more_is_put_into_its_line()
    {
        Assert.Equal("exec sh -c 'echo' reusebench 0a b-1", SshLaunch.RemoteCommand("echo", "0a", "b-1"));
        foreach (string word in (string[])["", "a b", "$x", "a;b", "`a`", "'", "B"])
        {
            Assert.Throws<InvalidOperationException>(() => SshLaunch.RemoteCommand("echo", word));
        }

        Assert.Throws<InvalidOperationException>(() => SshLaunch.RemoteCommand("echo '", "a"));
    }

    [Fact]
    public void A_program_of_several_files_is_no_program_to_copy()
    {
        UsageException problem = Assert.Throws<UsageException>(() => SshLaunch.Start(Lab("lab", "lab"), _ => null, 1));
        Assert.Contains("scripts/package --part single", problem.Message, StringComparison.Ordinal);
    }

    private static HostsFile Lab(string server, string client) => new()
    {
        Name = "lab.yaml",
        Server = new HostEntry { Name = "a", Ssh = server, Address = IPAddress.Loopback },
        Clients = [new HostEntry { Name = "b", Ssh = client, Address = IPAddress.Loopback }],
    };

    private static async Task<string> Greeting(TcpListener engine)
    {
        using TcpClient client = await engine.AcceptTcpClientAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(
            Limit, TestContext.Current.CancellationToken);
        using StreamReader reader = new(client.GetStream());
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }

    private string Text(string name) => File.ReadAllText(Path.Combine(Home, name)).Trim();

    private string WriteProgram(string text)
    {
        string path = Path.Combine(_folder, "program");
        File.WriteAllText(path, text);
        return path;
    }

    /// <returns>The command ssh, which knows a host <c>lab</c>, and one that does not listen.</returns>
    private string[] StartServer()
    {
        Assert.SkipUnless(File.Exists(Server) && File.Exists("/usr/bin/ssh-keygen"), "sshd is not installed (Debian: apt install openssh-server)");
        Assert.SkipUnless(Environment.UserName == "root", "sshd for another login needs root");
        Assert.SkipWhen(RuntimeInformation.OSArchitecture is not (Architecture.X64 or Architecture.Arm64), "for x64 and arm64");
        Directory.CreateDirectory("/run/sshd");
        Directory.CreateDirectory(Home);
        foreach (string key in (string[])["host", "user"])
        {
            using Process generator = Process.Start("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(_folder, key)]);
            Assert.True(generator.WaitForExit(Limit));
        }

        int port = FreePort();
        File.Copy(Path.Combine(_folder, "user.pub"), Path.Combine(_folder, "authorized"));
        File.WriteAllText(Path.Combine(_folder, "known"), $"[127.0.0.1]:{port} {File.ReadAllText(Path.Combine(_folder, "host.pub"))}");
        File.WriteAllText(Path.Combine(_folder, "sshd_config"), $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {_folder}/host
            AuthorizedKeysFile {_folder}/authorized
            PermitRootLogin prohibit-password
            StrictModes no
            UsePAM no
            PidFile none
            SetEnv HOME={Home}
            """ + "\n");
        File.WriteAllText(Path.Combine(_folder, "ssh_config"), $"""
            Host lab
              HostName 127.0.0.1
              Port {port}
            Host closed
              HostName 127.0.0.1
              Port {FreePort()}
            Host *
              User root
              IdentityFile {_folder}/user
              IdentitiesOnly yes
              UserKnownHostsFile {_folder}/known
              StrictHostKeyChecking yes
            """ + "\n");
        Process server = Process.Start(
            new ProcessStartInfo(Server, ["-D", "-e", "-f", Path.Combine(_folder, "sshd_config")]) { RedirectStandardError = true })!;
        _servers.Add(server);
        long untilNs = MonotonicClock.NowNs() + (long)Limit.TotalNanoseconds;
        while (server.StandardError.ReadLine() is { } line && !line.StartsWith("Server listening", StringComparison.Ordinal))
        {
            Assert.True(MonotonicClock.NowNs() < untilNs, line);
        }

        Assert.False(server.HasExited, "sshd did not start");

        // What it says further is read, so that its pipe is never full.
        _ = server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        return ["ssh", "-F", Path.Combine(_folder, "ssh_config")];
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
