using System.Diagnostics;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Claims;

internal sealed class SeveralProcesses : IClaim
{
    private const int Others = 2;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public string Name => "reuseport-several-processes";

    public string Sentence => "Several processes with SO_REUSEPORT all bind and listen";

    public string Source => "Linux 3.9, 'soreuseport' commits; socket(7)";

    public string? WhyNot(ClaimLab lab) => lab.Self is null ? "needs the command that starts a second process" : null;

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        using ReuseportGroup group = ReuseportGroup.Listen(site, members: 1, ReuseOptions.Reuseport);
        List<Process> others = [];
        try
        {
            string[] said = [.. Enumerable.Range(0, Others).Select(_ => StartMember(lab.Self!, group.Port, others))];
            return ClaimFinding.Of(
                said.All(s => s == GroupMember.Ready),
                $"this process listened, {Others} more tried: {string.Join(", ", said.Select(s => s == GroupMember.Ready ? "listens" : s))}");
        }
        finally
        {
            others.ForEach(End);
        }
    });

    /// <summary>On the thread of the site: a process starts in the namespace of the thread that starts it.</summary>
    private static string StartMember(IReadOnlyList<string> self, ushort port, List<Process> started)
    {
        ProcessStartInfo start = new(self[0]) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // One that is killed would leave the pipes of its diagnostics in the temporary folder.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (string argument in self.Skip(1).Append(GroupMember.Option).Append(port.ToString()))
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        started.Add(process);
        Task<string?> line = process.StandardOutput.ReadLineAsync();
        return line.Wait(Limit) ? line.Result ?? "ended without a word" : "said nothing in time";
    }

    private static void End(Process process)
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
        }

        process.Dispose();
    }
}
