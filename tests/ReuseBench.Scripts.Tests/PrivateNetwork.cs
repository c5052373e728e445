using System.Diagnostics;

namespace ReuseBench.Scripts.Tests;

/// <summary>
/// A network namespace with its own sysctls, and a mount namespace with its own /run, so that named namespaces stay inside. Its only
/// process waits for the end of its standard input: whatever becomes of the test, nothing is left.
/// </summary>
internal sealed class PrivateNetwork : IDisposable
{
    private static readonly string[] Unshare = Environment.IsPrivilegedProcess
        ? ["unshare", "--net", "--mount"]
        : ["unshare", "--user", "--map-root-user", "--net", "--mount"];

    private static readonly string[] Enter = Environment.IsPrivilegedProcess
        ? ["nsenter", "--net", "--mount"]
        : ["nsenter", "--user", "--preserve-credentials", "--net", "--mount"];

    private readonly Process _holder;

    private PrivateNetwork(Process holder) => _holder = holder;

    /// <summary>Skips the test, with the reason, where the rights or the tools for it are missing.</summary>
    public static async Task<PrivateNetwork> Make(params string[] tools)
    {
        foreach (string tool in tools.Concat(["unshare", "nsenter"]))
        {
            bool found = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));
            Assert.SkipUnless(found, $"needs the command {tool}, which is not on PATH");
        }

        Process holder = Commands.Start([.. Unshare, "sh", "-c", "mount -t tmpfs tmpfs /run && echo ready && exec cat"]);
        string? line = await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(90));
        var network = new PrivateNetwork(holder);
        if (line != "ready")
        {
            string reason = await holder.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            network.Dispose();
            Assert.Skip($"needs the right to make namespaces: {reason.Trim()}");
        }

        return network;
    }

    public Task<Finished> Run(params string[] command) => Commands.Run([Enter[0], "--target", $"{_holder.Id}", .. Enter[1..], .. command]);

    public async Task<string> Output(params string[] command)
    {
        Finished finished = await Run(command);
        finished.IsSuccess();
        return finished.Output.Trim();
    }

    public void Dispose()
    {
        _holder.StandardInput.Close();
        if (!_holder.WaitForExit(TimeSpan.FromSeconds(30)))
        {
            _holder.Kill();
        }

        _holder.Dispose();
    }
}
