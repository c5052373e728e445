namespace ReuseBench.Reports.Sections;

/// <summary>The sections of a report, in their order.</summary>
public static class SectionRegistry
{
    public static IReadOnlyList<ISection> All { get; } =
    [
        new FindingsSection(),
        new ReadingSection(),
        new ThroughputSection(),
        new LatencySection(),
        new RestartSection(),
        new FairnessSection(),
        new PublishedShapesSection(),
        new ChanceSection(),
        new SelectorsSection(),
        new AffinitySection(),
        new StallSection(),
        new SemanticsSection(),
        new DriverCheckSection(),
        new MicroSection(),
        new VerdictsSection(),
        new HostSection(),
        new SettingsSection(),
        new LeftOutSection(),
        new FilesSection(),
    ];
}
