<#
.SYNOPSIS
Installs Socket Runtime from source on Windows: ssc.exe and the runtime that apps are made with.

.DESCRIPTION
    iwr -useb <address of this file> | iex            or, in a checkout: .\bin\install.ps1

Most people want `npm i -g @socketsupply/socket`, which downloads the same executables ready-made and needs no
compiler.

Builds need Rust, the Visual Studio Build Tools with a Windows SDK, Git, and Node for bundling the JavaScript
modules. What is missing is installed with winget, after it was listed with its size and you said yes. Apps need the
WebView2 runtime, which Windows 11 and current Windows 10 have.

.PARAMETER Prefix
Where to install; the executables go to its folder bin. Default: %LOCALAPPDATA%\Programs\Socket

.PARAMETER Yes
Do not ask.

.PARAMETER DryRun
Say what would be done, and do nothing.

.PARAMETER NoDeps
Do not install anything that is missing; stop instead.

.PARAMETER Source
A checkout to build. Default: the one that this file is in, else a fresh clone.

.PARAMETER Ref
The tag or branch to clone.

.PARAMETER Uninstall
Remove what was installed to Prefix.

.EXAMPLE
.\bin\install.ps1 -Prefix D:\Tools\Socket -Yes
#>
[CmdletBinding()]
param(
    [string] $Prefix,
    [switch] $Yes,
    [switch] $DryRun,
    [switch] $NoDeps,
    [string] $Source,
    [string] $Ref,
    [switch] $Uninstall
)

# One function, called on the last line: a download that was cut short runs nothing.
function Install-Socket {
    Set-StrictMode -Version 3.0
    $ErrorActionPreference = 'Stop'

    $nodeLeast = [version] '18.19.0'
    $rustLeast = [version] '1.89.0'
    $repository = $env:SOCKET_REPOSITORY
    if (-not $repository) { $repository = 'https://github.com/socketsupply/socket.git' }

    function Stop-Here([string] $Message, [string[]] $Fix) {
        $lines = @("install.ps1: $Message") + @($Fix | ForEach-Object { "  fix: $_" })
        # Not `exit`: piped into iex, this would close the user's own shell.
        throw ($lines -join [Environment]::NewLine)
    }

    # What a program says with these arguments, or nothing when it is not there.
    function Read-Program([string] $Name, [string[]] $Arguments) {
        if (-not (Get-Command $Name -CommandType Application -ErrorAction SilentlyContinue)) { return $null }
        # Before PowerShell 7.2, what a program says to its standard error would be an error that ends the script.
        $ErrorActionPreference = 'Continue'
        $said = & $Name @Arguments 2>$null
        if ($LASTEXITCODE -ne 0) { return $null }
        return ($said | Out-String).Trim()
    }

    function Read-Version([string] $Text) {
        if ($Text -match '\d+\.\d+(\.\d+)?') { return [version] $Matches[0] }
        return $null
    }

    function Invoke-Program([string] $Name, [string[]] $Arguments, [string] $Fix) {
        & $Name @Arguments
        if ($LASTEXITCODE -ne 0) { Stop-Here "``$Name $Arguments`` ended with $LASTEXITCODE" $Fix }
    }

    # Programs that were installed just now are on the PATH of new shells only.
    function Update-Path {
        $parts = @([Environment]::GetEnvironmentVariable('Path', 'Machine'), [Environment]::GetEnvironmentVariable('Path', 'User'))
        $env:Path = ($parts + $env:Path | Where-Object { $_ }) -join ';'
    }

    if (($PSVersionTable.PSVersion.Major -ge 6) -and -not $IsWindows) {
        Stop-Here 'this is not Windows' 'use bin/install.sh'
    }
    if ([Environment]::Is64BitOperatingSystem -eq $false) {
        Stop-Here 'Socket Runtime needs a 64-bit Windows' 'there is no package for 32-bit systems'
    }
    if (-not $Prefix) { $Prefix = Join-Path $env:LOCALAPPDATA 'Programs\Socket' }
    $Prefix = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Prefix)
    $bin = Join-Path $Prefix 'bin'
    $files = 'socket-runtime.exe', 'ssc.exe'
    # What ssc puts into every app, beside the runtime.
    $share = Join-Path $Prefix 'share\socket-runtime'
    $licences = 'THIRD-PARTY-LICENSES'

    if ($Uninstall) {
        $all = @($files | ForEach-Object { Join-Path $bin $_ }) + @(Join-Path $share $licences)
        foreach ($file in $all | Where-Object { Test-Path -LiteralPath $_ }) {
            if ($DryRun) { Write-Host "would remove $file"; continue }
            Remove-Item -LiteralPath $file
            Write-Host "removed $file"
        }
        if ($DryRun) { return }
        if ((Test-Path -LiteralPath $share) -and -not (Get-ChildItem -LiteralPath $share -Force)) { Remove-Item -LiteralPath $share }
        $own = @(([string] [Environment]::GetEnvironmentVariable('Path', 'User')) -split ';' | Where-Object { $_ })
        if ($own -contains $bin) {
            [Environment]::SetEnvironmentVariable('Path', (@($own | Where-Object { $_ -ne $bin }) -join ';'), 'User')
            Write-Host "removed $bin from your PATH"
        }
        return
    }

    # --- where the source is ---

    if (-not $Source -and $PSScriptRoot) {
        $beside = Split-Path -Parent $PSScriptRoot
        if (Test-Path -LiteralPath (Join-Path $beside 'native\cli\Cargo.toml')) { $Source = $beside }
    }
    if ($Source) {
        if (-not (Test-Path -LiteralPath (Join-Path $Source 'native\cli\Cargo.toml'))) {
            Stop-Here "$Source is not a checkout of Socket Runtime" 'give -Source the folder that holds Cargo.toml'
        }
        if ($Ref) { Stop-Here "-Ref is for a fresh clone, and $Source is there already" "run git checkout $Ref in it" }
        $Source = (Resolve-Path -LiteralPath $Source).ProviderPath
    }

    # --- what is missing ---

    $missing = @()
    $rust = Read-Version (Read-Program 'rustc' @('--version'))
    # winget would say that rustup is there already, and that this is an error.
    $rustup = (-not $rust -or $rust -lt $rustLeast) -and (Get-Command rustup -ErrorAction SilentlyContinue)
    if ((-not $rust -or $rust -lt $rustLeast) -and -not $rustup) {
        $missing += @{ What = "Rust $rustLeast or newer"; Package = 'Rustlang.Rustup'; Size = '250 MB to download, 1.2 GB on disk'; More = @() }
    }
    $vswhere = Join-Path ${env:ProgramFiles(x86)} 'Microsoft Visual Studio\Installer\vswhere.exe'
    $tools = $null
    if (Test-Path -LiteralPath $vswhere) {
        $tools = & $vswhere -latest -products '*' -requires Microsoft.VisualStudio.Component.VC.Tools.x86.x64 -property installationPath
    }
    if (-not $tools) {
        $missing += @{
            What = 'the Visual Studio Build Tools with a Windows SDK'
            Package = 'Microsoft.VisualStudio.2022.BuildTools'
            Size = '1.7 GB to download, 7 GB on disk'
            More = @('--override', '--quiet --wait --norestart --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended')
        }
    }
    if (-not $Source -and -not (Read-Program 'git' @('--version'))) {
        $missing += @{ What = 'Git'; Package = 'Git.Git'; Size = '65 MB to download, 350 MB on disk'; More = @() }
    }
    # The modules are bundled by Node, unless the source is that of a release, which holds them ready.
    $bundled = $Source -and (Test-Path -LiteralPath (Join-Path $Source 'js\dist\preload.js')) -and
        -not (Test-Path -LiteralPath (Join-Path $Source '.git'))
    if (-not $bundled) {
        $node = Read-Version (Read-Program 'node' @('--version'))
        if (-not $node -or $node -lt $nodeLeast) {
            $missing += @{ What = "Node $nodeLeast or newer, which bundles the JavaScript modules"; Package = 'OpenJS.NodeJS.LTS'; Size = '30 MB to download, 100 MB on disk'; More = @() }
        }
    }
    $webview = 'HKLM:\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}',
        'HKCU:\Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}'
    if (-not ($webview | Where-Object { Test-Path -LiteralPath $_ })) {
        $missing += @{ What = 'the WebView2 runtime, which apps show their pages with'; Package = 'Microsoft.EdgeWebView2Runtime'; Size = '130 MB to download, 450 MB on disk'; More = @() }
    }

    # --- what will be done ---

    Write-Host "Socket Runtime from source, on $([Environment]::OSVersion.VersionString)"
    if ($missing) {
        Write-Host '  missing here:'
        foreach ($one in $missing) { Write-Host "    - $($one.What)" }
    }
    Write-Host '  this will:'
    foreach ($one in $missing) { Write-Host "    - install $($one.Package) with winget ($($one.Size))" }
    if ($rustup) { Write-Host "    - bring Rust to $rustLeast or newer: rustup update stable (about 250 MB to download)" }
    if (-not $Source) { Write-Host "    - clone $repository$(if ($Ref) { " at $Ref" }) (about 5 MB)" }
    if (-not $bundled) { Write-Host '    - fetch the npm packages that bundle the modules (about 30 MB to download, 95 MB on disk)' }
    Write-Host '    - fetch about 330 crates (60 MB) and build with cargo: about 5 minutes, 1 GB on disk'
    Write-Host "    - install ssc.exe (2 MB) and socket-runtime.exe (6 MB) to $bin, and add it to your PATH"
    Write-Host "    - install $licences to $share"
    if ($DryRun) { return }

    if (($missing -or $rustup) -and $NoDeps) {
        Stop-Here 'something is missing, and -NoDeps says to install nothing' 'install what is listed above, then run this again'
    }
    if ($missing -and -not (Get-Command winget -ErrorAction SilentlyContinue)) {
        Stop-Here 'winget is missing, which installs what is listed above' 'install it from the Microsoft Store (App Installer), or install what is listed by hand'
    }
    if (-not $Yes) {
        $answer = Read-Host 'Go on? [y/N]'
        if ($answer -notmatch '^(y|yes)$') { Write-Host 'nothing was changed'; return }
    }

    # --- doing it ---

    foreach ($one in $missing) {
        Write-Host "> $($one.What)"
        Invoke-Program 'winget' (@('install', '--exact', '--id', $one.Package, '--silent', '--accept-package-agreements', '--accept-source-agreements') + $one.More) `
            'look at what winget says above'
        Update-Path
    }
    if ($rustup) { Invoke-Program 'rustup' @('update', 'stable') 'run rustup update stable by hand' }

    $scratch = Join-Path ([IO.Path]::GetTempPath()) "socket-install-$PID"
    New-Item -ItemType Directory -Path $scratch | Out-Null
    $target = $env:CARGO_TARGET_DIR
    try {
        if (-not $Source) {
            Write-Host '> source'
            $Source = Join-Path $scratch 'source'
            $branch = if ($Ref) { @('--branch', $Ref) } else { @() }
            Invoke-Program 'git' (@('clone', '-q', '--depth', '1') + $branch + @($repository, $Source)) 'SOCKET_REPOSITORY names another place'
        }
        if (-not $env:CARGO_TARGET_DIR) { $env:CARGO_TARGET_DIR = Join-Path $scratch 'target' }
        Push-Location -LiteralPath $Source
        try {
            if (-not $bundled) {
                Write-Host '> JavaScript modules'
                if (-not (Test-Path -LiteralPath 'node_modules')) {
                    # npm.ps1 may be forbidden by the execution policy; npm.cmd never is.
                    Invoke-Program 'npm.cmd' @('ci', '--no-audit', '--no-fund', '--loglevel=error') 'look at what npm says above'
                }
                Invoke-Program 'node' @('npm/modules.js') 'look at what is said above'
            }
            Write-Host '> build'
            # One after the other: together, cargo would give the crates that both use the features of both.
            foreach ($crate in 'socket-runtime', 'socket-cli') {
                Invoke-Program 'cargo' @('build', '--release', '--locked', '-p', $crate) 'look at what the compiler says above'
            }
            $text = Join-Path $Source "js\dist\$licences"
            if (-not $bundled) {
                $text = Join-Path $scratch $licences
                Invoke-Program 'node' @('npm/licences.js', $text) 'look at what is said above'
            }
        } finally {
            Pop-Location
        }
        Write-Host '> install'
        New-Item -ItemType Directory -Force -Path $bin | Out-Null
        foreach ($file in $files) {
            $place = Join-Path $bin $file
            # A program that is running cannot be replaced, only moved aside.
            if (Test-Path -LiteralPath $place) {
                Move-Item -LiteralPath $place -Destination "$place.old" -Force
            }
            Copy-Item -LiteralPath (Join-Path $env:CARGO_TARGET_DIR "release\$file") -Destination $place
            Remove-Item -LiteralPath "$place.old" -ErrorAction SilentlyContinue
        }
        if (Test-Path -LiteralPath $text) {
            New-Item -ItemType Directory -Force -Path $share | Out-Null
            Copy-Item -LiteralPath $text -Destination (Join-Path $share $licences)
        }
    } finally {
        $env:CARGO_TARGET_DIR = $target
        Remove-Item -LiteralPath $scratch -Recurse -Force -ErrorAction SilentlyContinue
    }

    $version = Read-Program (Join-Path $bin 'ssc.exe') @('--version')
    if (-not $version) { Stop-Here 'the installed ssc does not run' 'please report this, with what is said above' }
    $own = [Environment]::GetEnvironmentVariable('Path', 'User')
    if (($own -split ';') -notcontains $bin) {
        [Environment]::SetEnvironmentVariable('Path', ((@($own, $bin) | Where-Object { $_ }) -join ';'), 'User')
        $env:Path = "$env:Path;$bin"
    }
    Write-Host "installed ssc $version to $bin"
    Write-Host "  remove it again with install.ps1 -Uninstall -Prefix `"$Prefix`""
}

Install-Socket
