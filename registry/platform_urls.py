"""Addresses of the platforms' imports, under registry:."""

from django.urls import path

from registry.views import platform_lists, platform_profiles, platforms

urlpatterns = [
    path("", platform_lists.platform_list, name="platform_list"),
    path("export/", platform_lists.platform_export, name="platform_export"),
    path("new/", platforms.platform_new, name="platform_new"),
    path("profiles/", platform_profiles.profile_list, name="platform_profiles"),
    path("profiles/<int:pk>/", platform_profiles.profile_edit, name="platform_profile"),
    path("profiles/<int:pk>/use/", platform_profiles.profile_using, name="platform_profile_use"),
    path("results/<int:pk>/reverse/", platforms.result_undo, name="platform_result_reverse"),
    path("<int:pk>/", platforms.platform_detail, name="platform_detail"),
    path("<int:pk>/progress/", platforms.platform_progress, name="platform_progress"),
    path("<int:pk>/columns/", platform_profiles.platform_columns, name="platform_columns"),
    path("<int:pk>/check/", platforms.platform_check, name="platform_check"),
    path("<int:pk>/confirm/", platforms.platform_confirm, name="platform_confirm"),
    path("<int:pk>/abandon/", platforms.platform_abandon, name="platform_abandon"),
    path("<int:pk>/reverse/", platforms.platform_reverse, name="platform_reverse"),
    path("<int:pk>/rows/", platform_lists.platform_rows, name="platform_rows"),
    path("<int:pk>/rows/export/", platform_lists.platform_rows_export, name="platform_rows_export"),
    path("<int:pk>/results/", platform_lists.platform_results, name="platform_results"),
    path("<int:pk>/results/export/", platform_lists.platform_results_export, name="platform_results_export"),
]
