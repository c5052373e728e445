using System.CommandLine;

namespace ReuseBench.Campaign;

/// <summary>What a campaign does.</summary>
/// <param name="Kills">Processes to kill.</param>
/// <param name="Seed">Of victims, signals and moments.</param>
/// <param name="Limit">After so long no further run begins, however many are left to kill.</param>
/// <param name="Keep">Full path of a folder for the runs in which something went wrong; null to forget them.</param>
internal sealed record CampaignPlan(int Kills, int Seed, TimeSpan Limit, string? Keep)
{
    /// <summary>Kills of one run before it is left to come to its end.</summary>
    public const int KillsOfARun = 6;

    /// <summary>Of a session: it takes seconds, and a host with much else to do is no failure.</summary>
    public static readonly TimeSpan SessionLimit = TimeSpan.FromMinutes(3);

    /// <summary>From the end of the orchestrator to that of all it started: the kernel ends them, and has work to do for it.</summary>
    public static readonly TimeSpan RemainsLimit = TimeSpan.FromSeconds(60);

    /// <summary>Sessions in which a run that is no longer disturbed comes to its end: on a busy host a measurement may fail by itself.</summary>
    public const int MostResumes = 8;
}

/// <summary>Something without which there is no campaign, in one line.</summary>
internal sealed class CampaignException(string message) : Exception(message);

internal static class Options
{
    /// <summary>Refuses numbers out of range, in one line.</summary>
    public static void InRange(this Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && (value < least || value > most))
        {
            result.AddError($"{option.Name}: {value} is out of range; use {least} to {most}");
        }
    });
}
